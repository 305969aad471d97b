package dev.warmvoice.simulation;

import java.util.ArrayList;
import java.util.List;

/** What happened in a run, line by line. Kept only when somebody is going to read it. */
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
     * @param number of the actor, or negative if there is only one
     */
    void note(String actor, int number, String what, Object detail) {
        hash = 31 * hash + time.now() + actor.hashCode() + number + what.hashCode();
        if (lines != null && lines.size() < MAX_LINES) {
            lines.add(
                    String.format("%13.6f s  %-10s %s %s", time.now() / 1e9, number < 0 ? actor : actor + ' ' + number,
                            what, detail == null ? "" : detail));
        }
    }

    /** Differs when anything happened differently. */
    long hash() {
        return hash;
    }

    List<String> lines() {
        return lines == null ? List.of() : lines;
    }
}
