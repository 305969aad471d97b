package dev.warmvoice.host;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.function-compute.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.function-compute")
public interface FunctionComputeConfig {

    /** How long a hook takes at most. Has to be less than the hook's own timeout, which is at most 5 min. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 5)
    Duration hookTimeout();
}
