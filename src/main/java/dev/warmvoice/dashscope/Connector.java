package dev.warmvoice.dashscope;

import java.util.concurrent.CompletableFuture;

/** Opens connections to CosyVoice before there is anything to say. Thread-safe, does not block. */
public interface Connector {

    /**
     * Opens a connection; no message is sent on it and nothing is billed. The handshake takes at most the configured
     * {@code connect-timeout}.
     *
     * @return the connection, or a {@link TaskFailedException} with {@code UNAUTHORIZED} or {@code UNREACHABLE}. To
     *         cancel it closes the socket at once
     */
    CompletableFuture<Connection> connect();
}
