package dev.warmvoice.pool;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** The settings {@code warmvoice.dashscope.*}. */
@ConfigMapping(prefix = "warmvoice.dashscope")
public interface DashscopeConfig {

    /** The account's key; without it every handshake fails. Never logged. */
    Optional<String> apiKey();

    /** The service's inference endpoint. */
    URI url();

    /** The workspace to bill. */
    Optional<String> workspace();
}
