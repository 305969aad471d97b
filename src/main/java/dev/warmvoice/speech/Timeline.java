package dev.warmvoice.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * When the steps of one utterance began and ended, in terms of {@link dev.warmvoice.time.Heartbeat#running}. Nothing is noted
 * for each frame. Thread-safe.
 */
final class Timeline {

    private final long begun;
    // Guarded by this.
    private final List<Entry> entries = new ArrayList<>();

    /** A step, by the name that it has in a trace. */
    enum Step {

        /** From the request for a connection to the connection. */
        ACQUIRE,
        /** The handshake that the request had to wait for. */
        CONNECT,
        /** From the first task to the one of two that the service has started. */
        RACE,
        /** From run-task to task-started. */
        RUN_TASK,
        /** From task-started to the first frame. */
        FIRST_AUDIO,
        /** From the first frame until the client has taken the last. */
        STREAM;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** One step. */
    record Entry(Step step, long begun, long ended) {
    }

    Timeline(long begun) {
        this.begun = begun;
    }

    long begun() {
        return begun;
    }

    synchronized void add(Step step, long from, long to) {
        entries.add(new Entry(step, from, to));
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
