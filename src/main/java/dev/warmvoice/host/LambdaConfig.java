package dev.warmvoice.host;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.lambda.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.lambda")
public interface LambdaConfig {

    /**
     * The invoke mode of the Function URL. Read before the start from the environment: {@link Host}.
     */
    InvokeMode invokeMode();

    /** Until there is an answer, or an error in its place; earlier if the function's own timeout, of at most 15 min, ends before. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 15)
    Duration timeLimit();
}
