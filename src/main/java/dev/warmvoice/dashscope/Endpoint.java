package dev.warmvoice.dashscope;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The address of the service, and the account.
 *
 * @param url the inference endpoint, {@code ws://} or {@code wss://}
 * @param apiKey the account's key, or null where none is configured: the service then refuses every handshake
 * @param workspace the Model Studio workspace to bill, or null for the account's default one
 */
public record Endpoint(URI url, @Nullable String apiKey, @Nullable String workspace) {

    /** Leaves the key out: records are logged. */
    @Override
    public String toString() {
        return "Endpoint[" + url + "]";
    }
}
