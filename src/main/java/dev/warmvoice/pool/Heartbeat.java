package dev.warmvoice.pool;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much time passes, and whether the process was there. Thread-safe.
 *
 * <p>
 * Time is added up beat by beat, and each time it is the larger of what the two clocks say has passed. So a clock that
 * stood still or was set back makes nothing look younger, and one that was set forward makes everything look old once.
 * A gap between two beats that is longer than any scheduling delay means that the process was suspended.
 */
final class Heartbeat {

    private final Clocks clocks;
    private final long longestGapNanos;
    private final Consumer<Duration> onSuspension;
    private long monotonic;
    private long wall;
    private long elapsed;
    private long resumed = Long.MIN_VALUE;

    /**
     * @param longestGap the longest time between two beats that is not taken for a suspension
     * @param onSuspension told how long each was; called on whichever thread beats first, and must not block
     */
    Heartbeat(Clocks clocks, Duration longestGap, Consumer<Duration> onSuspension) {
        this.clocks = clocks;
        this.longestGapNanos = longestGap.toNanos();
        this.onSuspension = onSuspension;
        this.monotonic = clocks.monotonicNanos();
        this.wall = clocks.wallNanos();
    }

    /**
     * Takes note of the time. To be called regularly, and before anything is decided by age.
     *
     * @return nanoseconds that have passed since this object was made, suspensions included
     */
    long beat() {
        long gap;
        long now;
        synchronized (this) {
            long monotonicNow = clocks.monotonicNanos();
            long wallNow = clocks.wallNanos();
            gap = Math.max(0, Math.max(monotonicNow - monotonic, wallNow - wall));
            monotonic = monotonicNow;
            wall = wallNow;
            elapsed += gap;
            now = elapsed;
            if (gap > longestGapNanos) {
                resumed = now;
            }
        }
        if (gap > longestGapNanos) {
            onSuspension.accept(Duration.ofNanos(gap));
        }
        return now;
    }

    /** When the last suspension was noticed, in terms of {@link #beat}; far in the past if there was none. */
    synchronized long resumed() {
        return resumed;
    }
}
