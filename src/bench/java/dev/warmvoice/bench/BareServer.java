package dev.warmvoice.bench;

import dev.warmvoice.testing.Jdk;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lower bound of a cache hit: a process whose HTTP server answers each request with the same bytes. */
final class BareServer implements AutoCloseable {

    private final Process process;
    private final URI base;

    /** @param text whose audio is the answer */
    BareServer(String text) throws IOException {
        process = new ProcessBuilder(Jdk.java(List.of(), BareServer.class, text))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String url = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .readLine();
        if (url == null) {
            throw new IOException("The bare server does not start");
        }
        base = URI.create(url);
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Prints its address. */
    public static void main(String[] arguments) {
        Buffer body = Buffer.buffer(Expected.of(arguments[0]));
        HttpServer server = Vertx.vertx().createHttpServer().requestHandler(request -> request.body()
                .onSuccess(read -> request.response().setChunked(true).end(body)));
        server.listen(0, "127.0.0.1")
                .onSuccess(listening -> System.out.println("http://127.0.0.1:" + listening.actualPort()));
    }
}
