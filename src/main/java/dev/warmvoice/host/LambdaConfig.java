package dev.warmvoice.host;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.lambda.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.lambda")
public interface LambdaConfig {

    /** Until there is an answer, or an error in its place. Has to be less than the function's own timeout, which is at most 15 min. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 15)
    Duration timeLimit();
}
