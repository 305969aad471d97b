package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.pool.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.pool")
public interface PoolConfig {

    /** Connections kept, which is also how many tasks run at a time. */
    @Min(1)
    @Max(2000)
    int size();

    /** How many of them are open before the process calls itself ready. */
    @Min(0)
    int prefetch();

    /** From this age on an unused connection is not used again. */
    @DurationMin(millis = 100)
    Duration maxIdle();

    /** How long a request waits at most. */
    @DurationMin(millis = 10)
    Duration acquireTimeout();

    /** How many requests wait at most; 4 × {@link #size} where nothing is said. */
    OptionalInt maxWaiting();

    /** Tasks beyond {@link #size}, each on a connection of its own that is closed after it. */
    @Min(0)
    @Max(2000)
    int overflow();

    /** How many connections are being opened at a time. */
    @Min(1)
    @Max(100)
    int opening();

    /** How long a refused key is not tried again. */
    @DurationMin(millis = 0)
    Duration unauthorizedRetry();

    /** The longest pause of the process that is not taken for a suspension. */
    @DurationMin(millis = 100)
    Duration suspensionGap();
}
