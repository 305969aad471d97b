package dev.warmvoice.pool;

import dev.warmvoice.pool.key.ApiKeys;
import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.pool.key.KeyUnavailableException;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import java.util.stream.Stream;

/** The account's key, as the settings say: itself, or where to read it. */
final class KeySettings {

    private static final String KEYS = "warmvoice.dashscope.api-key (or DASHSCOPE_API_KEY),"
            + " warmvoice.dashscope.api-key-file and warmvoice.dashscope.api-key-command";

    private KeySettings() {
    }

    /** @throws ConfigurationException with one sentence that names the settings */
    static ApiKeys keys(DashscopeConfig config, Rereading rereading) {
        long set = Stream.of(config.apiKey(), config.apiKeyFile(), config.apiKeyCommand())
                .filter(Optional::isPresent).count();
        if (set > 1) {
            throw new ConfigurationException("More than one of " + KEYS + " is set, and only one of them may be.");
        }
        try {
            return read(config, rereading);
        } catch (KeyUnavailableException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static ApiKeys read(DashscopeConfig config, Rereading rereading) throws KeyUnavailableException {
        if (config.apiKeyFile().isPresent()) {
            return ApiKeys.ofFile(config.apiKeyFile().get(), rereading);
        }
        return config.apiKeyCommand().isPresent()
                ? ApiKeys.ofCommand(config.apiKeyCommand().get(), rereading)
                : config.apiKey().map(ApiKeys::fixed).orElseGet(ApiKeys::none);
    }
}
