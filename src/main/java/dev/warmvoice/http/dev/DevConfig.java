package dev.warmvoice.http.dev;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** The settings {@code warmvoice.dev.*}, of dev mode only. */
@ConfigMapping(prefix = "warmvoice.dev")
public interface DevConfig {

    /** The address of the emulator's control API; empty where the real service speaks. */
    Optional<URI> emulator();
}
