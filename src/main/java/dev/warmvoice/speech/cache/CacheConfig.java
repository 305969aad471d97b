package dev.warmvoice.speech.cache;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.cache.*}. */
@ConfigMapping(prefix = "warmvoice.cache")
public interface CacheConfig {

    /** Max memory for speech that is kept; 0 for no cache. */
    @Min(0)
    @Max(2_000_000_000)
    int sizeBytes();

    /** How long speech is kept. */
    @DurationMin(seconds = 1)
    @DurationMax(hours = 720)
    Duration ttl();

    /** Max characters of a text whose speech is kept, a Han character as two. */
    @Min(1)
    @Max(2000)
    int maxText();

    /** A file of requests to fill it with at the start, as JSON, one in each line. */
    Optional<String> preload();

    /** The Redis or Valkey where all instances share what is kept. */
    Optional<String> shared();

    /** Max wait for its answer. */
    @DurationMin(millis = 5)
    @DurationMax(seconds = 5)
    Duration sharedTimeout();

    /** What its entries are encrypted with, and their keys hashed. Never logged. */
    Optional<@Size(min = 16, max = 1024, message = "must have 16 to 1024 characters.") String> secret();
}
