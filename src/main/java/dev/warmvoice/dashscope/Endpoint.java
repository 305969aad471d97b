package dev.warmvoice.dashscope;

import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The address of the service, and the account.
 *
 * @param url the inference endpoint, {@code ws://} or {@code wss://}
 * @param apiKey the account's key at the moment; asked for with each handshake and often after it, on any thread
 * @param workspace the Model Studio workspace to bill, or null for the account's default one
 */
public record Endpoint(URI url, Supplier<String> apiKey, @Nullable String workspace) {

    /** An account whose key never changes. */
    public Endpoint(URI url, String apiKey, @Nullable String workspace) {
        this(url, () -> apiKey, workspace);
    }

    /** Leaves the key out: records are logged. */
    @Override
    public String toString() {
        return "Endpoint[" + url + "]";
    }
}
