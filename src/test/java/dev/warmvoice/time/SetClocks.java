package dev.warmvoice.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that move only when a test sets them. */
public final class SetClocks implements Clocks {

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

    /** Advances both clocks. */
    public void pass(Duration time) {
        passMonotonic(time);
        passWall(time);
    }

    public void passMonotonic(Duration time) {
        monotonic.addAndGet(time.toNanos());
    }

    /** Advances or sets the wall clock alone. */
    public void passWall(Duration time) {
        wall.addAndGet(time.toNanos());
    }
}
