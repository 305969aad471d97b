package dev.warmvoice.emulator;

import io.vertx.core.json.JsonObject;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A WebSocket client on a plain socket, where the ends of a connection can be distinguished. */
final class RawClient implements AutoCloseable {

    /** The end of a connection as a client sees it. */
    enum End {
        FIN,
        RST,
        /** No end within the timeout. */
        NONE
    }

    private final Socket socket;
    private final String response;

    private RawClient(Emulator emulator, String... headers) throws IOException {
        socket = new Socket("127.0.0.1", emulator.port());
        socket.setSoTimeout(3000);
        var request = new StringBuilder("GET /api-ws/v1/inference/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                .append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
                .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer emulator-key\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        var answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("connection ended in the handshake");
            }
            answer.append((char) b);
        }
        response = answer.toString();
    }

    static RawClient connect(Emulator emulator, String... headers) {
        try {
            return new RawClient(emulator, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String response() {
        return response;
    }

    /** Sends a whole task. */
    void speak(String text) throws IOException {
        var header = new JsonObject().put("task_id", "raw-task").put("streaming", "duplex");
        send(new JsonObject().put("header", header.copy().put("action", "run-task")).put("payload",
                new JsonObject().put("model", TestClient.MODEL).put("task_group", "audio").put("task", "tts")
                        .put("function", "SpeechSynthesizer").put("input", new JsonObject())
                        .put("parameters", TestClient.parameters())));
        send(new JsonObject().put("header", header.copy().put("action", "continue-task")).put("payload",
                new JsonObject().put("input", new JsonObject().put("text", text))));
        send(new JsonObject().put("header", header.copy().put("action", "finish-task")).put("payload",
                new JsonObject().put("input", new JsonObject())));
    }

    private void send(JsonObject message) throws IOException {
        byte[] bytes = message.encode().getBytes(StandardCharsets.UTF_8);
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeByte(0x81);
        if (bytes.length < 126) {
            out.writeByte(0x80 | bytes.length);
        } else {
            out.writeByte(0x80 | 126);
            out.writeShort(bytes.length);
        }
        // A zero mask is a valid mask.
        out.writeInt(0);
        out.write(bytes);
    }

    /** Reads until the connection ends. */
    End awaitEnd(int timeoutMillis) throws IOException {
        socket.setSoTimeout(timeoutMillis);
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return End.FIN;
        } catch (SocketTimeoutException e) {
            return End.NONE;
        } catch (SocketException e) {
            return End.RST;
        }
    }

    /** @return the number of bytes received, at most the given number */
    long skip(long bytes) throws IOException {
        long read = 0;
        byte[] buffer = new byte[1 << 16];
        for (int n = 0; n >= 0 && read < bytes; read += Math.max(0, n)) {
            n = socket.getInputStream().read(buffer, 0, (int) Math.min(buffer.length, bytes - read));
        }
        return read;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
