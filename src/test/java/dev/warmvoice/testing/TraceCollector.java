package dev.warmvoice.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.GZIPInputStream;

/**
 * Takes traces by OTLP over HTTP, and keeps the latest. Protocol Buffers keep strings as they are, so what they say can be
 * searched.
 */
public final class TraceCollector implements AutoCloseable {

    private static final int KEPT = 1000;

    private final Queue<String> bodies = new ArrayBlockingQueue<>(KEPT);
    private final HttpServer server;

    public TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body = (zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody())
                    .readAllBytes();
            String text = new String(body, StandardCharsets.ISO_8859_1);
            ObservedOutput.say(text);
            while (!bodies.offer(text)) {
                bodies.poll();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All that is kept. */
    public String received() {
        return String.join("", bodies);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
