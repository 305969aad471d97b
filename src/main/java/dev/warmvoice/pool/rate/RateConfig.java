package dev.warmvoice.pool.rate;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.rate.*}. */
@ConfigMapping(prefix = "warmvoice.rate")
public interface RateConfig {

    /** Tasks submitted a second; 0 is no limit. */
    @Min(0)
    @Max(10_000)
    int perSecond();

    /**
     * The Redis or Valkey in which all instances keep the account's rate, as {@code redis://} or {@code rediss://};
     * without it, each process has the rate for itself. May contain a password. Further settings of the connection are
     * {@code quarkus.redis.*}.
     */
    Optional<@Pattern(regexp = "rediss?://[!-~]+", message = "must begin with redis:// or rediss://.") String> shared();

    /** How long a request waits at most for an answer of {@link #shared}; then its process keeps to its share. */
    @DurationMin(millis = 5)
    @DurationMax(seconds = 5)
    Duration sharedTimeout();

    /** The account, in the keys of {@link #shared}: the same for all instances that use it. */
    @Pattern(regexp = "[A-Za-z0-9._-]{1,64}", message = "must be 1 to 64 letters, digits, '.', '_' or '-'.")
    String account();

    /** How many instances share the rate, until {@link #shared} has told. */
    @Min(1)
    @Max(10_000)
    int expectedInstances();
}
