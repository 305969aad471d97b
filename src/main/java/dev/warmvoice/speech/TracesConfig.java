package dev.warmvoice.speech;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** The settings {@code warmvoice.traces.*}. */
@ConfigMapping(prefix = "warmvoice.traces")
public interface TracesConfig {

    /** Where to send traces, by OTLP over HTTP; without it there are none. */
    Optional<URI> endpoint();
}
