package dev.warmvoice.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A pace for requests that stays below the account's rate, so that the rate is not measured. Not thread-safe. */
public final class Pace {

    private final Duration distance;
    private long last = System.nanoTime();

    /** @param distance the time between the end of a request and the start of the next */
    public Pace(Duration distance) {
        this.distance = distance;
    }

    /** Waits until the next request may start. */
    public void await() {
        sleepUntil(last + distance.toNanos());
    }

    /** Records the end of a request. */
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
