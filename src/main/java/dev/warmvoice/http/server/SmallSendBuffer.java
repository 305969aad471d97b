package dev.warmvoice.http.server;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Lets the kernel keep little of what a client has not taken yet. Left to itself it keeps some 4 MB, and then takes
 * nothing for as long as a third of that lasts: minutes at playing speed, in which the client would seem to stand still.
 */
@Singleton
class SmallSendBuffer implements HttpServerOptionsCustomizer {

    /** Half a second of the densest format, and enough for 10 Mbit/s at 100 ms; the kernel doubles it. */
    private static final int BYTES = 64 * 1024;

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setSendBufferSize(BYTES);
    }
}
