package dev.warmvoice.http.speech;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that reads steadily at about playing speed for some time, and then reads the rest at full speed.
 *
 * @param entry the entry point
 * @param fields the request fields besides the text
 * @param bytesPerSecond the read speed
 */
record SlowReader(Entry entry, JsonObject fields, int bytesPerSecond) {

    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog, again and again. ";
    private static final int MAX_FRAME = 60_000;
    /** Audio in SSE is base64. */
    private static final double SSE_SHARE = 4.0 / 3;

    enum Entry {
        HTTP,
        SSE,
        LIVE
    }

    /** Runs {@link #all} and prints the outcomes. Arguments: base URI, seconds of audio, seconds of slow reading. */
    public static void main(String[] arguments) {
        List<String> outcomes = readAll(URI.create(arguments[0]), Duration.ofSeconds(Long.parseLong(arguments[1])),
                Duration.ofSeconds(Long.parseLong(arguments[2])));
        outcomes.forEach(System.out::println);
        System.exit(outcomes.stream().allMatch(outcome -> outcome.contains(": whole")) ? 0 : 1);
    }

    /** Readers at or just below playing speed of the default format, and at playing speed of the slowest one. */
    static List<SlowReader> all() {
        JsonObject mp3 = new JsonObject().put("response_format", "mp3");
        JsonObject opus = new JsonObject().put("response_format", "opus").put("bit_rate", 16);
        List<SlowReader> readers = new ArrayList<>();
        for (Entry entry : Entry.values()) {
            double share = entry == Entry.SSE ? SSE_SHARE : 1;
            readers.add(new SlowReader(entry, mp3, (int) (8000 * share)));
            readers.add(new SlowReader(entry, mp3, (int) (7200 * share)));
            readers.add(new SlowReader(entry, opus, (int) (2000 * share)));
        }
        return readers;
    }

    /** Runs all readers at the same time; each outcome is {@code whole} or shows how far it got. */
    static List<String> readAll(URI base, Duration audio, Duration slow) {
        String text = text(audio);
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        for (SlowReader reader : all()) {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            outcomes.add(outcome);
            Thread thread = new Thread(() -> outcome.complete(reader.outcome(base, text, slow)), reader.toString());
            thread.setDaemon(true);
            thread.start();
        }
        return outcomes.stream().map(CompletableFuture::join).toList();
    }

    /** A text whose audio lasts about this long. */
    static String text(Duration audio) {
        JsonObject parameters = new JsonObject().put("voice", "longanyang").put("format", "mp3").put("sample_rate",
                22050);
        // Excludes the file header, which only the first second contains.
        int bytes = Emulator.audioOf("cosyvoice-v3-flash", parameters, SENTENCE.repeat(2)).length / 2;
        return SENTENCE.repeat((int) (audio.toSeconds() * 8000 / bytes) + 1);
    }

    private String outcome(URI base, String text, Duration slow) {
        long begin = System.nanoTime();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        String end;
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(120_000);
            InputStream paced = new PacedInput(socket.getInputStream(), bytesPerSecond, slow, got);
            end = entry == Entry.LIVE ? live(socket, paced, text) : request(socket, paced, got, text);
        } catch (IOException e) {
            end = e.toString();
        }
        return String.format("%s %s at %d B/s: %s, %d bytes after %.1f s", entry,
                fields.getString("response_format"), bytesPerSecond, end, got.size(),
                (System.nanoTime() - begin) / 1e9) + (got.size() < 1000 ? "\n" + got : "");
    }

    private String request(Socket socket, InputStream in, ByteArrayOutputStream got, String text) throws IOException {
        JsonObject body = fields.copy().put("input", text);
        if (entry == Entry.SSE) {
            body.put("stream_format", "sse");
        }
        byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
        OutputStream out = socket.getOutputStream();
        out.write(
                ("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        in.transferTo(OutputStream.nullOutputStream());
        String answer = got.toString(StandardCharsets.ISO_8859_1);
        return answer.startsWith("HTTP/1.1 200") && answer.endsWith("\r\n0\r\n\r\n") ? "whole" : "broken off";
    }

    private String live(Socket socket, InputStream in, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(LiveClient.handshake("/v1/audio/speech/live", "").getBytes(StandardCharsets.US_ASCII));
        DataInputStream frames = new DataInputStream(in);
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) frames.readUnsignedByte());
        }
        send(out, fields.copy().put("type", "start"));
        send(out, new JsonObject().put("type", "text").put("text", text));
        send(out, new JsonObject().put("type", "finish"));
        for (WebSocketFrame frame = WebSocketFrame.read(frames); frame != null; frame = WebSocketFrame.read(frames)) {
            int opcode = frame.bytes()[0] & 0x0f;
            if (opcode == 9) {
                out.write(new byte[]{(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0});
            } else if (opcode == 8) {
                return "closed";
            } else if (frame.text().contains("\"finished\"")) {
                return "whole";
            } else if (frame.text().contains("\"error\"")) {
                return frame.text();
            }
        }
        return "broken off";
    }

    /** Writes a text frame with a zero mask; fragments long ones, so that each length takes two bytes. */
    private static void send(OutputStream out, JsonObject message) throws IOException {
        byte[] bytes = message.encode().getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += MAX_FRAME) {
            int length = Math.min(MAX_FRAME, bytes.length - from);
            int first = (from + length == bytes.length ? 0x80 : 0) | (from == 0 ? 1 : 0);
            byte[] head = length < 126
                    ? new byte[]{(byte) first, (byte) (0x80 | length), 0, 0, 0, 0}
                    : new byte[]{(byte) first, (byte) 0xfe, (byte) (length >> 8), (byte) length, 0, 0, 0, 0};
            out.write(head);
            out.write(bytes, from, length);
        }
    }

    /** Reads at most ten times a second, and keeps the bytes. */
    private static final class PacedInput extends InputStream {

        private final InputStream in;
        private final int bytesPerSecond;
        private final long slowNanos;
        private final ByteArrayOutputStream copy;
        private final long begin = System.nanoTime();

        PacedInput(InputStream in, int bytesPerSecond, Duration slow, ByteArrayOutputStream copy) {
            this.in = in;
            this.bytesPerSecond = bytesPerSecond;
            this.slowNanos = slow.toNanos();
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            long due = begin + (long) (copy.size() * 1e9 / bytesPerSecond);
            for (long now = System.nanoTime(); now < due && now - begin < slowNanos; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            boolean slow = System.nanoTime() - begin < slowNanos;
            int count = in.read(to, offset, slow ? Math.min(length, Math.max(1, bytesPerSecond / 10)) : length);
            if (count > 0) {
                copy.write(to, offset, count);
            }
            return count;
        }
    }
}
