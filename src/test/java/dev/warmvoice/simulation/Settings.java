package dev.warmvoice.simulation;

import dev.warmvoice.pool.PoolConfig;
import dev.warmvoice.speech.TaskConfig;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** The random configuration of one run: mostly the defaults. */
record Settings(int size, OptionalInt prefetch, Duration maxIdle, Duration pingInterval, Duration acquireTimeout,
        OptionalInt maxWaiting,
        int overflow,
        int opening, Duration unauthorizedRetry, Duration suspensionGap, int perSecond, Duration connectTimeout,
        Duration startTimeout, Duration firstAudioTimeout, Duration stallTimeout, Duration textTimeout)
        implements
            PoolConfig,
            TaskConfig {

    static Settings of(SplittableRandom random) {
        int size = new int[]{1, 1, 2, 3, 4, 4, 4, 8, 20}[random.nextInt(9)];
        boolean usual = random.nextInt(3) > 0;
        return new Settings(size,
                usual ? OptionalInt.empty() : OptionalInt.of(random.nextInt(size + 1)),
                // All connections must open within this time.
                Duration.ofSeconds(usual ? 25 : random.nextLong(2 + 5 * size, 50 + 5 * size)),
                Duration.ofSeconds(random.nextInt(3) > 0 ? 10 : 0),
                usual ? Duration.ofSeconds(2) : Duration.ofMillis(random.nextLong(50, 8_000)),
                random.nextInt(3) > 0 ? OptionalInt.empty() : OptionalInt.of(random.nextInt(10)),
                random.nextInt(4) > 0 ? 0 : random.nextInt(1, 4),
                usual ? 4 : random.nextInt(1, 6),
                Duration.ofSeconds(usual ? 60 : random.nextLong(1, 90)),
                Duration.ofSeconds(2),
                usual ? new int[]{3, 3, 3, 0}[random.nextInt(4)] : new int[]{0, 0, 1, 3, 20}[random.nextInt(5)],
                usual ? Duration.ofSeconds(5) : Duration.ofMillis(random.nextLong(500, 8_000)),
                usual ? Duration.ofSeconds(3) : Duration.ofMillis(random.nextLong(500, 6_000)),
                usual ? Duration.ofSeconds(10) : Duration.ofMillis(random.nextLong(2_000, 20_000)),
                usual ? Duration.ofSeconds(10) : Duration.ofMillis(random.nextLong(1_000, 20_000)),
                usual ? Duration.ofSeconds(20) : Duration.ofMillis(random.nextLong(1_000, 22_000)));
    }

    /** Whether a healthy service never exceeds these timeouts. */
    boolean isUsual() {
        return connectTimeout.toSeconds() == 5 && acquireTimeout.toSeconds() == 2 && maxIdle.toSeconds() == 25
                && opening == 4;
    }

    /** The min number of connections. */
    int kept() {
        return prefetch.orElse(size);
    }

    int places() {
        return size + overflow;
    }

    int waiting() {
        return maxWaiting.orElse(4 * size);
    }

    /** The grace period after a suspension, plus the max delay of a heartbeat. */
    Duration look() {
        return Duration.ofMillis(1_600);
    }

    /** The max wait for a connection in nanoseconds: for a place, then for a handshake behind all others. */
    long longestAcquire() {
        return acquireTimeout.plus(longestHandshake()).toNanos();
    }

    /** The max time from the first task of a race to its second. */
    Duration longestRace() {
        return Duration.ofSeconds(1).plus(longestHandshake()).plus(acquireTimeout);
    }

    private Duration longestHandshake() {
        // The pool's own timeout is 500 ms longer. A request may join a failing handshake and then need another.
        return connectTimeout.plusMillis(500).multipliedBy(1 + (places() + opening - 1) / opening);
    }

    /** The max wait of a client in nanoseconds while text still arrives. */
    long longestPause() {
        return Collections.max(List.of(firstAudioTimeout, stallTimeout, textTimeout)).toNanos();
    }
}
