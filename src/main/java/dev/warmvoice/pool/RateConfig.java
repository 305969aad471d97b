package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** The settings {@code warmvoice.rate.*}. */
@ConfigMapping(prefix = "warmvoice.rate")
public interface RateConfig {

    /** Tasks submitted a second; 0 is no limit. */
    @Min(0)
    @Max(10_000)
    int perSecond();
}
