package dev.warmvoice.pool;

import dev.warmvoice.pool.key.ApiKeys;
import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.pool.key.KeyUnavailableException;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import java.util.stream.Stream;

/** An account's key, as the settings say: itself, or where to read it. */
final class KeySettings {

    private static final String KEY = "api-key";
    private static final String FILE = "api-key-file";
    private static final String COMMAND = "api-key-command";

    private KeySettings() {
    }

    /** @throws ConfigurationException with one sentence that names the settings */
    static ApiKeys keys(Account account, Rereading rereading) {
        AccountConfig config = account.config();
        long set = Stream.of(config.apiKey(), config.apiKeyFile(), config.apiKeyCommand())
                .filter(Optional::isPresent).count();
        if (set > 1) {
            throw new ConfigurationException("More than one of " + account.settingOrVariable(KEY) + ", "
                    + account.setting(FILE) + " and " + account.setting(COMMAND)
                    + " is set, and only one of them may be.");
        }
        try {
            return read(account, rereading);
        } catch (KeyUnavailableException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static ApiKeys read(Account account, Rereading rereading) throws KeyUnavailableException {
        AccountConfig config = account.config();
        if (config.apiKeyFile().isPresent()) {
            return ApiKeys.ofFile(account.setting(FILE), config.apiKeyFile().get(), rereading);
        }
        return config.apiKeyCommand().isPresent()
                ? ApiKeys.ofCommand(account.setting(COMMAND), config.apiKeyCommand().get(), rereading)
                : config.apiKey().map(ApiKeys::fixed).orElseGet(ApiKeys::none);
    }
}
