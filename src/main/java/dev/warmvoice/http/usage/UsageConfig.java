package dev.warmvoice.http.usage;

import io.smallrye.config.ConfigMapping;

/** The settings {@code warmvoice.usage.*}. */
@ConfigMapping(prefix = "warmvoice.usage")
public interface UsageConfig {

    /** Whether and how each request is logged when it has ended. */
    Style log();

    /** How a line of the log looks. */
    enum Style {
        OFF,
        /** As {@code key=value}. */
        TEXT,
        /** As a JSON object. */
        JSON
    }
}
