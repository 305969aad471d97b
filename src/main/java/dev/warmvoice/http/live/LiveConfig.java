package dev.warmvoice.http.live;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.live.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.live")
public interface LiveConfig {

    /** How often a socket is pinged; by the next time something has to have come from it. */
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration pingInterval();
}
