package dev.warmvoice.pool.rate;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks may be submitted in which time.
 *
 * @param tasks 0 is no limit
 * @param phase a moment, in nanoseconds, from which whole windows are counted: tasks are submitted at the beginning of
 *            one only; null for any time
 */
record Limit(int tasks, long windowNanos, @Nullable Long phase) {

    /** How late a task may be for the beginning of its window. */
    private static final long LATE_NANOS = Duration.ofMillis(10).toNanos();

    static Limit perSecond(int tasks) {
        return new Limit(tasks, SlidingWindow.WINDOW.toNanos(), null);
    }

    /**
     * The part of one instance. If there are more instances than tasks a second, they take turns: with a second each to
     * choose from, all of them could choose the same.
     *
     * @param rank of the instance, from 0 on
     * @param zero a moment, in nanoseconds, on which all agree
     */
    Limit share(int instances, int rank, long zero) {
        int whole = tasks / instances;
        if (whole > 0) {
            return new Limit(whole, windowNanos, null);
        }
        return new Limit(1, windowNanos * instances / tasks, zero + windowNanos * rank / tasks);
    }

    /** The least time between a task and the one that is as many later as there are in a window. */
    long gapNanos() {
        return phase == null ? windowNanos : windowNanos / 2;
    }

    /** The first moment for a task that is not before another. */
    long next(long earliest) {
        if (phase == null) {
            return earliest;
        }
        long late = Math.floorMod(earliest - phase, windowNanos);
        return late <= LATE_NANOS ? earliest : earliest + windowNanos - late;
    }
}
