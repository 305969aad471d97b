package dev.warmvoice.speech.cache;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.cache.*}. */
@ConfigMapping(prefix = "warmvoice.cache")
public interface CacheConfig {

    /** Max memory for speech that is kept; 0 for no cache. */
    @Min(0)
    @Max(1L << 34)
    long sizeBytes();

    /** How long speech is kept. */
    @DurationMin(seconds = 1)
    @DurationMax(days = 30)
    Duration ttl();

    /** Max characters of a text whose speech is kept, a Han character as two. */
    @Min(1)
    @Max(2000)
    int maxText();
}
