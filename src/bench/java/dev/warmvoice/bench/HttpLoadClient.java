package dev.warmvoice.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An HTTP client with as little overhead as {@link BareClient} has on the service's protocol. */
final class HttpLoadClient implements LoadClient {

    private final URI base;
    private final JsonObject fields;
    private Socket socket;
    private InputStream in;

    HttpLoadClient(URI base) throws IOException {
        this(base, new JsonObject());
    }

    /** @param fields the request fields besides {@code input} */
    HttpLoadClient(URI base, JsonObject fields) throws IOException {
        this.base = base;
        this.fields = fields;
        connect();
    }

    private void connect() throws IOException {
        socket = new Socket("127.0.0.1", base.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    }

    @Override
    public Heard speak(String text) throws IOException {
        if (socket.isClosed()) {
            connect();
        }
        try {
            return exchange(text);
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Heard exchange(String text) throws IOException {
        AudioRecorder ear = new AudioRecorder();
        byte[] body = fields.copy().put("input", text).encode().getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST /v1/audio/speech HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        socket.getOutputStream().write(request);
        String answer = HttpLines.head(in).toLowerCase(Locale.ROOT);
        int status = Integer.parseInt(answer.substring(9, 12));
        if (status != 200) {
            in.skipNBytes(contentLength(answer));
            throw status == 429 ? new Refused() : new IOException("HTTP " + status);
        }
        while (true) {
            int chunk = Integer.parseInt(HttpLines.next(in), 16);
            if (chunk > 0) {
                ear.hear(in, chunk);
            }
            HttpLines.next(in);
            if (chunk == 0) {
                return ear.heard();
            }
        }
    }

    private static long contentLength(String head) {
        return head.lines().filter(line -> line.startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring(15).trim())).findFirst().orElse(0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
