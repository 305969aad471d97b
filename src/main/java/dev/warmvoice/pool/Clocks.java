package dev.warmvoice.pool;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

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
            return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
        }
    };

    /** Nanoseconds since some moment, as {@link System#nanoTime}. */
    long monotonicNanos();

    /** Nanoseconds since the epoch, as far as the machine knows. */
    long wallNanos();
}
