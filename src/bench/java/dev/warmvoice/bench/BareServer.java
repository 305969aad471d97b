package dev.warmvoice.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** The lower bound of a cache hit: an HTTP server that answers each request with the same bytes. */
final class BareServer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final Vertx vertx = Vertx.vertx();
    private final URI base;

    BareServer(byte[] answer) {
        Buffer body = Buffer.buffer(answer);
        HttpServer server = vertx.createHttpServer().requestHandler(request -> request.body()
                .onSuccess(read -> request.response().setChunked(true).end(body)));
        int port = server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().actualPort();
        base = URI.create("http://127.0.0.1:" + port);
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
