package dev.warmvoice.http.server;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The settings {@code warmvoice.page.enabled}, {@code .metrics.enabled}, {@code .openapi.enabled} and
 * {@code .shutdown.timeout}. As the mapping of the root it also has every other key refused that is none.
 */
@ConfigMapping(prefix = "warmvoice")
public interface ServerConfig {

    /** The page at {@code /}. */
    Endpoint page();

    /** {@code /q/metrics}. */
    Endpoint metrics();

    /** {@code /q/openapi}. */
    Endpoint openapi();

    /** How the process ends. */
    Shutdown shutdown();

    /** An endpoint that can be switched off. */
    interface Endpoint {

        /** Whether it is served. */
        @WithConverter(BooleanSetting.class)
        boolean enabled();
    }

    /** The end of the process. */
    interface Shutdown {

        /** How long answers that have begun may take to finish. A function lives for 15 minutes at most. */
        @DurationMin
        @DurationMax(minutes = 15)
        Duration timeout();
    }
}
