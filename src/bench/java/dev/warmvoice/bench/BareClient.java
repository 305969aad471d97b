package dev.warmvoice.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The lower bound: the service's protocol on an open plain socket, with all messages of a task in one write and no
 * layers between.
 */
final class BareClient implements LoadClient {

    private static final int TEXT = 1;
    private static final int BINARY = 2;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final JsonObject parameters;

    BareClient(URI service, JsonObject parameters) throws IOException {
        this.parameters = parameters;
        socket = new Socket("127.0.0.1", service.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
        out = socket.getOutputStream();
        out.write(("GET " + service.getPath() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Authorization: Bearer " + ServiceProcess.API_KEY + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = HttpLines.head(in);
        if (!answer.startsWith("HTTP/1.1 101")) {
            throw new IOException(answer.lines().findFirst().orElse("no answer"));
        }
    }

    @Override
    public Heard speak(String text) throws IOException {
        return speak(List.of(text));
    }

    /** @param pieces the parts of one text, each sent in its own message */
    Heard speak(List<String> pieces) throws IOException {
        AudioRecorder ear = new AudioRecorder();
        ByteArrayOutputStream task = new ByteArrayOutputStream();
        String id = UUID.randomUUID().toString();
        add(task, message(id, "run-task", new JsonObject().put("model", Expected.MODEL).put("task_group", "audio")
                .put("task", "tts").put("function", "SpeechSynthesizer").put("parameters", parameters)
                .put("input", new JsonObject())));
        for (String piece : pieces) {
            add(task, message(id, "continue-task", new JsonObject().put("input", new JsonObject().put("text", piece))));
        }
        add(task, message(id, "finish-task", new JsonObject().put("input", new JsonObject())));
        task.writeTo(out);
        while (true) {
            int kind = in.readUnsignedByte() & 0x0f;
            int length = length();
            if (kind == BINARY) {
                ear.hear(in, length);
                continue;
            }
            String event = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            if (kind != TEXT || event.contains("\"task-failed\"")) {
                throw new IOException("failed: " + event);
            }
            if (event.contains("\"task-finished\"")) {
                return ear.heard();
            }
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte();
        if (length == 126) {
            return in.readUnsignedShort();
        }
        return length == 127 ? Math.toIntExact(in.readLong()) : length;
    }

    private static JsonObject message(String id, String action, JsonObject payload) {
        return new JsonObject()
                .put("header", new JsonObject().put("task_id", id).put("streaming", "duplex").put("action", action))
                .put("payload", payload);
    }

    /** Appends the message as a frame with a zero mask. */
    private static void add(ByteArrayOutputStream frames, JsonObject message) {
        byte[] bytes = message.encode().getBytes(StandardCharsets.UTF_8);
        frames.write(0x80 | TEXT);
        if (bytes.length < 126) {
            frames.write(0x80 | bytes.length);
        } else if (bytes.length < 65536) {
            frames.writeBytes(new byte[]{(byte) (0x80 | 126), (byte) (bytes.length >> 8), (byte) bytes.length});
        } else {
            frames.writeBytes(new byte[]{(byte) (0x80 | 127), 0, 0, 0, 0, (byte) (bytes.length >> 24),
                    (byte) (bytes.length >> 16), (byte) (bytes.length >> 8), (byte) bytes.length});
        }
        frames.writeBytes(new byte[4]);
        frames.writeBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
