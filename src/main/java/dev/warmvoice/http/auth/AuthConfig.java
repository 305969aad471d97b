package dev.warmvoice.http.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The settings {@code warmvoice.auth.*}. */
@ConfigMapping(prefix = "warmvoice.auth")
public interface AuthConfig {

    /** What clients have to come with: tokens, or their digests as {@code sha256:} and 64 hexadecimal digits. */
    Optional<List<String>> tokens();

    /** Tokens with a name each, beside those of the list. */
    @WithName("tokens")
    Map<String, NamedToken> namedTokens();

    /** How many utterances a token may have going on; without a value, any number. */
    @Min(1)
    @Max(100_000)
    OptionalInt streamsPerToken();

    /** How many requests a second may come with a token; without a value, any number. */
    @Min(1)
    @Max(100_000)
    OptionalInt ratePerToken();

    /** The settings {@code warmvoice.auth.tokens.<name>.*}. {@link NamedTokens} checks them. */
    interface NamedToken {

        /** The token, or its digest as in the list. */
        Optional<String> token();

        /** How many characters of text a day, in UTC; without a value, any number. */
        OptionalLong charactersPerDay();

        /** Whether speech that was spoken for it may be played to others of which this is true, and the reverse. */
        @WithDefault("false")
        boolean sharedCache();
    }
}
