package dev.warmvoice.http.auth;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings {@code warmvoice.auth.*}. */
@ConfigMapping(prefix = "warmvoice.auth")
public interface AuthConfig {

    /** What clients have to come with: tokens, or their digests as {@code sha256:} and 64 hexadecimal digits. */
    Optional<List<String>> tokens();

    /** How many utterances a token may have going on; without a value, any number. */
    @Min(1)
    @Max(100_000)
    OptionalInt streamsPerToken();

    /** How many requests a second may come with a token; without a value, any number. */
    @Min(1)
    @Max(100_000)
    OptionalInt ratePerToken();
}
