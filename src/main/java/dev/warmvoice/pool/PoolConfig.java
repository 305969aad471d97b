package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.pool.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.pool")
public interface PoolConfig {

    /** Connections kept, which is also how many tasks run at a time. */
    @Min(1)
    @Max(2000)
    int size();

    /** How many of them are open before the process calls itself ready: at most {@link #size}, which is the default. */
    @Min(0)
    OptionalInt prefetch();

    /** From this age on an unused connection is in doubt. The service itself closes it after 60 s. */
    @DurationMin(seconds = 1)
    @DurationMax(seconds = 60)
    Duration maxIdle();

    /**
     * How often an idle connection is pinged. One that does not answer within this time, though the service is known to
     * answer, is closed. 0 sends pings only after a suspension.
     */
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 60)
    Duration pingInterval();

    /** How long a request waits at most. */
    @DurationMin(millis = 10)
    @DurationMax(seconds = 60)
    Duration acquireTimeout();

    /** How many requests wait at most; 4 × {@link #size} where nothing is said. */
    @Min(0)
    @Max(100_000)
    OptionalInt maxWaiting();

    /** Tasks beyond {@link #size}, each on a connection of its own that is closed after it. */
    @Min(0)
    @Max(2000)
    int overflow();

    /** How many connections are being opened at a time. */
    @Min(1)
    @Max(100)
    int opening();

    /** How long a refused key is not tried again. Shorter, and handshakes would be refused by the thousand. */
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 60)
    Duration unauthorizedRetry();

    /** The longest pause of the process that is not taken for a suspension. At least two beats of the pool's heart. */
    @DurationMin(millis = 500)
    @DurationMax(seconds = 60)
    Duration suspensionGap();
}
