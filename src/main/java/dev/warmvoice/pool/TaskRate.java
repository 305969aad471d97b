package dev.warmvoice.pool;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How many tasks a second the account may submit, spread evenly. When the service says that it was too many all the
 * same, which it does while other processes use the account too, it is half as many for a while. Thread-safe.
 */
final class TaskRate {

    /**
     * The service counts by when tasks arrive. A little slower than allowed leaves room for what delays some of them on
     * the way.
     */
    private static final Duration SECOND = Duration.ofMillis(1100);
    private static final Duration PENANCE = Duration.ofSeconds(10);
    private static final Duration TOO_LONG = Duration.ofNanos(-1);

    private final int perSecond;
    private final Clocks clocks;
    private final Bucket bucket;
    private volatile long narrowUntilNanos;

    /**
     * @param perSecond tasks a second; 0 is no limit
     */
    TaskRate(int perSecond, Clocks clocks) {
        this.perSecond = perSecond;
        this.clocks = clocks;
        this.narrowUntilNanos = clocks.monotonicNanos();
        // A single token: whoever comes after a pause gets no burst.
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(1).refillGreedy(Math.max(1, perSecond), SECOND))
                .withCustomTimePrecision(new Meter(clocks)).build();
    }

    /**
     * Takes the next moment at which a task may be submitted.
     *
     * @param longest how long one is ready to wait
     * @return how long to wait; negative if that is too long, and then nothing was taken
     */
    synchronized Duration reserve(Duration longest) {
        if (perSecond == 0) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
        if (wait.compareTo(longest) > 0) {
            return TOO_LONG;
        }
        bucket.consumeIgnoringRateLimits(tokens());
        return wait;
    }

    /** The service has refused a task for the account's rate. */
    void throttled() {
        narrowUntilNanos = clocks.monotonicNanos() + PENANCE.toNanos();
    }

    /** The time between two tasks at present. */
    Duration interval() {
        return perSecond == 0 ? Duration.ZERO : SECOND.multipliedBy(tokens()).dividedBy(perSecond);
    }

    private int tokens() {
        return narrowUntilNanos - clocks.monotonicNanos() > 0 ? 2 : 1;
    }

    private record Meter(Clocks clocks) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return clocks.monotonicNanos();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
