package dev.warmvoice.emulator;

import java.net.URI;
import java.time.Duration;

/**
 * What a client needs to speak with a service.
 *
 * @param key
 *            in the header; null for none there
 * @param workspace
 *            to bill; null is the key's own
 * @param taskRate
 *            how fast tasks may be submitted, by all clients of the account together
 * @param patience
 *            how long an answer may take that is sure to come
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
