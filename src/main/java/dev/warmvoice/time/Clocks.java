package dev.warmvoice.time;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Both clocks of the process. Neither can be trusted alone across a suspension: the monotonic one may have stood still,
 * the wall clock may have been set.
 */
public interface Clocks {

    /** The clocks of this machine. */
    Clocks SYSTEM = new Clocks() {

        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public long wallNanos() {
            Instant now = Instant.now();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        }
    };

    /** Nanoseconds since some moment, as {@link System#nanoTime}. */
    long monotonicNanos();

    /** Nanoseconds since the epoch, as far as the machine knows. */
    long wallNanos();
}
