package dev.warmvoice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Hostile messages and frames over a live socket, in any order. */
@OnBinary
class LiveFuzzIT {

    private static FuzzTarget target;
    private static int speeches;

    @BeforeContainer
    static void start() {
        target = FuzzTarget.start("live");
    }

    @AfterContainer
    static void stop() throws Exception {
        target.end();
    }

    /** Sends a string as a text message, anything else as a binary one. The socket must work afterwards. */
    @Property
    void socketWorksAfterAnyMessages(@ForAll("conversations") List<Object> messages) {
        try (LiveClient client = new LiveClient(target.artifact().base())) {
            for (Object message : messages) {
                if (message instanceof String text) {
                    // This client can send valid UTF-8 only; the other property covers the rest.
                    client.send(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
                } else {
                    client.sendBinary((byte[]) message);
                }
            }
            String text = "This is speech number " + ++speeches + ".";
            client.cancel().start(new JsonObject()).text(text).finish();
            await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(2))
                    .until(() -> client.rest().stream().anyMatch(message -> isEnd(message, text)));
            for (JsonObject message : LiveClient.messages(client.rest(), "error")) {
                JsonObject error = message.getJsonObject("error");
                FuzzTarget.assertNoTrace(message.encode());
                assertThat(error.getString("message")).isNotBlank();
                assertThat(error.getString("code")).isNotEqualTo("internal_server_error");
                target.count("messages", error.getString("code"));
            }
            target.count("messages", "spoken after " + messages.size());
        }
    }

    private static boolean isEnd(Object message, String text) {
        return message instanceof JsonObject json && json.getString("type").equals("finished")
                && target.service().journal().lastTask().texts().equals(List.of(text))
                && target.service().journal().lastTask().taskId().equals(json.getString("request_id"));
    }

    @Property
    void socketIsClosedAfterAnyBytes(@ForAll("frames") byte[] frames) throws Exception {
        URI base = target.artifact().base();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream()
                        .write(LiveClient.handshake("/v1/audio/speech/live", "").getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(frames);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketException hungUp) {
                // The server may reset the connection on an invalid WebSocket.
            }
            FuzzTarget.assertNoTrace(answer.toString(StandardCharsets.ISO_8859_1));
            target.count("frames", "disconnected");
        }
    }

    @Provide
    Arbitrary<List<Object>> conversations() {
        Map<String, Arbitrary<?>> start = new LinkedHashMap<>(SpeechBodies.fields());
        start.remove("input");
        Arbitrary<String> starts = HostileInput.objects(start).map(fields -> typed("start", fields));
        Arbitrary<String> texts = HostileInput.objects(Map.of("text", HostileInput.strings()))
                .map(fields -> typed("text", fields));
        Arbitrary<String> known = Arbitraries.oneOf(starts, texts, Arbitraries.of("{\"type\":\"start\"}",
                "{\"type\":\"text\",\"text\":\"Good morning. \"}", "{\"type\":\"finish\"}", "{\"type\":\"cancel\"}"));
        Arbitrary<Object> messages = Arbitraries.frequencyOf(Tuple.of(12, known.map(Object.class::cast)),
                Tuple.of(3, HostileInput.mangled(known).map(Object.class::cast)),
                Tuple.of(1, HostileInput.json(HostileInput.values()).map(Object.class::cast)),
                Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(50).map(Object.class::cast)));
        return messages.list().ofMaxSize(8);
    }

    private static String typed(String type, Map<String, Object> fields) {
        fields.putIfAbsent("type", type);
        return Json.encode(fields);
    }

    /** Frames of any kind, mostly masked and with a correct length, with or without a FIN bit. */
    @Provide
    Arbitrary<byte[]> frames() {
        Arbitrary<byte[]> payloads = Arbitraries.oneOf(HostileInput.bytes(HostileInput.json(HostileInput.values())),
                Arbitraries.of("{\"type\":\"start\"}", "{\"type\":\"cancel\"}")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)));
        Arbitrary<Integer> heads = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(0x81, 0x82, 0x01, 0x00, 0x80, 0x88, 0x89, 0x8a)),
                Tuple.of(1, Arbitraries.integers().between(0, 255)));
        Arbitrary<Boolean> masked = Arbitraries.frequency(Tuple.of(9, true), Tuple.of(1, false));
        Arbitrary<Integer> lies = Arbitraries.frequency(Tuple.of(15, 0), Tuple.of(1, -1), Tuple.of(1, 1),
                Tuple.of(1, 1 << 20), Tuple.of(1, Integer.MAX_VALUE / 2));
        Arbitrary<byte[]> frames = Combinators.combine(heads, payloads, masked, lies).as(LiveFuzzIT::frame);
        return frames.list().ofMinSize(1).ofMaxSize(5).map(all -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            all.forEach(bytes::writeBytes);
            return bytes.toByteArray();
        });
    }

    /** Builds a frame with a zero mask, which leaves the payload as it is. */
    private static byte[] frame(int head, byte[] payload, boolean masked, int lie) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int length = Math.max(0, payload.length + lie);
        int mask = masked ? 0x80 : 0;
        frame.write(head);
        if (length < 126) {
            frame.write(mask | length);
        } else if (length < 1 << 16) {
            frame.writeBytes(new byte[]{(byte) (mask | 126), (byte) (length >> 8), (byte) length});
        } else {
            frame.writeBytes(new byte[]{(byte) (mask | 127), 0, 0, 0, 0, (byte) (length >> 24), (byte) (length >> 16),
                    (byte) (length >> 8), (byte) length});
        }
        frame.writeBytes(new byte[masked ? 4 : 0]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
