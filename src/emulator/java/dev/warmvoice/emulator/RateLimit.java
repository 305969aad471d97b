package dev.warmvoice.emulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** A limit on tasks in any second: the last second is what counts, wherever it begins. Not thread-safe: lives on the event loop. */
final class RateLimit {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final Deque<Long> admitted = new ArrayDeque<>();

    /** @param perSecond 0 is no limit */
    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    /** @return whether a task may run; one that may not does not count */
    boolean admits(long nanos) {
        if (perSecond == 0) {
            return true;
        }
        while (!admitted.isEmpty() && nanos - admitted.peek() >= WINDOW_NANOS) {
            admitted.poll();
        }
        return admitted.size() < perSecond && admitted.add(nanos);
    }
}
