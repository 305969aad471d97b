package dev.warmvoice.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand still until they are set. */
final class SetClocks implements Clocks {

    private final AtomicLong monotonic = new AtomicLong(System.nanoTime());
    private final AtomicLong wall = new AtomicLong(1_800_000_000_000_000_000L);

    @Override
    public long monotonicNanos() {
        return monotonic.get();
    }

    @Override
    public long wallNanos() {
        return wall.get();
    }

    /** Time passes by both clocks. */
    void pass(Duration time) {
        passMonotonic(time);
        passWall(time);
    }

    void passMonotonic(Duration time) {
        monotonic.addAndGet(time.toNanos());
    }

    /** Time passes by the wall clock alone, or it is set. */
    void passWall(Duration time) {
        wall.addAndGet(time.toNanos());
    }
}
