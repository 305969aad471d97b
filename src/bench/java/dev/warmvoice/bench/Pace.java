package dev.warmvoice.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Keeps requests so far apart that it is not the account's rate that is measured. Not thread-safe. */
public final class Pace {

    private final Duration distance;
    private long last = System.nanoTime();

    /** @param distance between the end of a request and the beginning of the next */
    public Pace(Duration distance) {
        this.distance = distance;
    }

    /** Waits until it is time for the next request. */
    public void await() {
        sleepUntil(last + distance.toNanos());
    }

    /** A request has just ended. */
    public void ended() {
        last = System.nanoTime();
    }

    static void sleep(Duration time) {
        sleepUntil(System.nanoTime() + time.toNanos());
    }

    private static void sleepUntil(long then) {
        for (long left = then - System.nanoTime(); left > 0; left = then - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
