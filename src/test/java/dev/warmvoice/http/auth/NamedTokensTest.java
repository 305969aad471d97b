package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.mutiny.redis.client.RedisAPI;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedTokensTest {

    private static final Supplier<RedisAPI> NO_REDIS = () -> {
        throw new AssertionError("No Redis is configured.");
    };

    private static final String KEY = "warmvoice.auth.tokens";
    private static final Map<String, String> ALICE = Map.of(KEY + ".alice.token", "alices-token",
            KEY + ".alice.characters-per-day", "10");

    @Test
    void namedTokensAreKnownBesideTheList() {
        assertKnown(clients(Map.of(KEY, "first,second", KEY + ".alice.token", "alices-token")), "first", "second",
                "alices-token");
        assertKnown(clients(ALICE), "alices-token");
    }

    @Test
    void theEnvironmentCanNameTokens() {
        SmallRyeConfig config = new SmallRyeConfigBuilder().withMapping(AuthConfig.class)
                .withSources(new EnvConfigSource(Map.of("WARMVOICE_AUTH_TOKENS", "first",
                        "WARMVOICE_AUTH_TOKENS_ALICE_TOKEN", "alices-token",
                        "WARMVOICE_AUTH_TOKENS_ALICE_CHARACTERS_PER_DAY", "10"), 300))
                .build();
        Clients clients = new Clients(config.getConfigMapping(AuthConfig.class), config, NO_REDIS);
        assertKnown(clients, "first", "alices-token");
        assertThatThrownBy(() -> clients.admit("/", "alices-token").reserve(11)).hasMessageContaining("10 characters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "alice.characters-per-day|5|warmvoice.auth.tokens.alice.token is missing and must have a value.",
            "'\"a b\".token'|secret-1|A name in warmvoice.auth.tokens.<name>.* must be a letter and up to 31 letters,"
                    + " digits, '_' or '-'.",
            "1.token|secret-1|A name in warmvoice.auth.tokens.<name>.* must be a letter and up to 31 letters, digits,"
                    + " '_' or '-'.",
            "bob.token|first|warmvoice.auth.tokens.bob.token has the token of another entry.",
            "bob.token|sha256:12|"
                    + "warmvoice.auth.tokens.bob.token has to have 64 hexadecimal digits after sha256:."})
    void rejectsWhatCannotBeMeant(String key, String value, String sentence) {
        assertThatThrownBy(() -> clients(Map.of(KEY, "first", KEY + "." + key, value)))
                .isInstanceOf(ConfigurationException.class).hasMessage(sentence);
    }

    @Test
    void aBudgetIsAtLeastOneCharacter() {
        assertThatThrownBy(() -> clients(Map.of(KEY + ".bob.token", "secret-1", KEY + ".bob.characters-per-day", "0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(KEY + ".bob.characters-per-day is 0 and must be at least 1.");
    }

    private static void assertKnown(Clients clients, String... tokens) {
        for (String token : tokens) {
            assertThat(clients.admit("/", token)).isNotNull();
        }
        assertThatThrownBy(() -> clients.admit("/", "wrong")).hasMessageContaining("invalid token");
    }

    private static Clients clients(Map<String, String> settings) {
        SmallRyeConfig config = new SmallRyeConfigBuilder().withMapping(AuthConfig.class)
                .withSources(new PropertiesConfigSource(settings, "settings", 500)).build();
        return new Clients(config.getConfigMapping(AuthConfig.class), config, NO_REDIS);
    }
}
