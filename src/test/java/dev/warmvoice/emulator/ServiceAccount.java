package dev.warmvoice.emulator;

import java.net.URI;
import java.time.Duration;

/**
 * The parameters of a client of the service.
 *
 * @param key the key for the header; null for no header
 * @param workspace the workspace to bill; null for the key's default
 * @param taskRate the max task rate of all clients of the account together
 * @param patience the timeout for answers that are certain to come
 */
record ServiceAccount(URI url, String key, String workspace, RateLimit taskRate, Duration patience) {

    static ServiceAccount of(Emulator emulator) {
        return new ServiceAccount(emulator.url(), EmulatorOptions.DEFAULT_API_KEY, "test-workspace", new RateLimit(0),
                Duration.ofSeconds(5));
    }

    ServiceAccount withUrl(URI value) {
        return new ServiceAccount(value, key, workspace, taskRate, patience);
    }

    ServiceAccount withKey(String value) {
        return new ServiceAccount(url, value, workspace, taskRate, patience);
    }
}
