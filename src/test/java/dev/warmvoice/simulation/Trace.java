package dev.warmvoice.simulation;

import java.util.ArrayList;
import java.util.List;

/** The events of a run, line by line; kept only if they will be printed. */
final class Trace {

    private static final int MAX_LINES = 200_000;

    private final VirtualTime time;
    private final List<String> lines;
    private long hash = 17;

    Trace(VirtualTime time, boolean kept) {
        this.time = time;
        this.lines = kept ? new ArrayList<>() : null;
    }

    /**
     * @param number the number of the actor; negative if there is only one
     */
    void note(String actor, int number, String what, Object detail) {
        hash = 31 * hash + time.now() + actor.hashCode() + number + what.hashCode();
        if (lines != null && lines.size() < MAX_LINES) {
            lines.add(
                    String.format("%13.6f s  %-10s %s %s", time.now() / 1e9, number < 0 ? actor : actor + ' ' + number,
                            what, detail == null ? "" : detail));
        }
    }

    /** A hash of all events, to compare runs. */
    long hash() {
        return hash;
    }

    List<String> lines() {
        return lines == null ? List.of() : lines;
    }
}
