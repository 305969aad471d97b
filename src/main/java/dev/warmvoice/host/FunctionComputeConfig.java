package dev.warmvoice.host;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.function-compute.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.function-compute")
public interface FunctionComputeConfig {

    /** How long a hook takes at most. Has to be less than the hook's own timeout. */
    @DurationMin(millis = 100)
    Duration hookTimeout();
}
