package dev.warmvoice.http.captions;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings {@code warmvoice.captions.*}; their defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "warmvoice.captions")
public interface CaptionsConfig {

    /** How long the captions of a speech can be fetched after it; if it is missing, no captions are kept. */
    Optional<@DurationMin(seconds = 1) @DurationMax(minutes = 60) Duration> keep();

    /** The max memory of all captions together, in MB. */
    @Min(1)
    @Max(1024)
    int maxMegabytes();
}
