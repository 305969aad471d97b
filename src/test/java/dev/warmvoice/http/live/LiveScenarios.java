package dev.warmvoice.http.live;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.PoolHealth;
import dev.warmvoice.testing.WebSocketFrame;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The live socket {@code /v1/audio/speech/live}, as seen by clients of both test mode and the built artifact. */
abstract class LiveScenarios {

    /** The required value of {@code warmvoice.pool.size}. */
    static final int POOL = 50;

    private static final JsonObject DEFAULTS = new JsonObject();

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    @BeforeEach
    void reset() {
        emulator.faults().clear();
    }

    /** The pool recovers soon after any failure. */
    @AfterEach
    void awaitPoolRecovery() {
        emulator.faults().clear();
        await().until(() -> emulator.journal().tasksRunning() == 0);
        await().untilAsserted(() -> assertThat(PoolHealth.of(new Api(base))).isEqualTo(PoolHealth.atRest(POOL)));
    }

    @Test
    void speaksStreamedText() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS);
            String id = client.next("started").getString("id");
            for (String word : SENTENCE.split("(?<= )")) {
                client.text(word);
            }
            List<Object> heard = client.finish().until("finished");
            Journal.Task task = emulator.journal().lastTask();
            assertThat(String.join("", task.texts())).isEqualTo(SENTENCE);
            assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(task));
            JsonObject finished = (JsonObject) heard.get(heard.size() - 1);
            assertThat(finished.getString("id")).isEqualTo(id);
            assertThat(finished.getString("request_id")).isEqualTo(task.taskId());
            assertThat(finished.getInteger("characters")).isEqualTo(SENTENCE.length());
            assertThat(finished.getLong("first_audio_ms")).isBetween(0L, 5000L);
        }
    }

    @Test
    void sendsAudioBeforeTheTextIsComplete() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(new JsonObject().put("response_format", "pcm")).text(SENTENCE + " And then");
            await().until(() -> LiveClient.audio(client.rest()).length > 10_000);
            assertThat(emulator.journal().tasksRunning()).isEqualTo(1);
            assertThat(LiveClient.audio(client.text(" we go.").finish().until("finished")))
                    .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        }
    }

    @Test
    void normalizesStreamedText() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(new JsonObject().put("response_format", "pcm").put("normalize", true));
            client.text("# Depar").text("tures\n\nYour **tra").text("in** leaves at nine. And [th");
            await().until(() -> LiveClient.audio(client.rest()).length > 10_000);
            client.text("en](https://example.com/x)\n```\ncode").finish().until("finished");
            assertThat(String.join("", emulator.journal().lastTask().texts()))
                    .isEqualTo("Departures\nYour train leaves at nine. And then\n");
            client.start(new JsonObject().put("normalize", true)).text("```\ncode\n```").finish();
            assertThat(client.next("error").getJsonObject("error").getString("param")).isEqualTo("text");
        }
    }

    @Test
    void flushSpeaksAnUnfinishedSentence() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(new JsonObject().put("response_format", "pcm")).text("Let me have a look");
            await().until(() -> emulator.journal().tasksRunning() == 1);
            client.send(new JsonObject().put("type", "flush"));
            await().until(() -> LiveClient.audio(client.rest()).length > 10_000);
            assertThat(emulator.journal().tasksRunning()).isEqualTo(1);
            client.text(". Here it is.").finish().until("finished");
            Journal.Task task = emulator.journal().lastTask();
            assertThat(String.join("", task.texts())).isEqualTo("Let me have a look. Here it is.");
            client.send(new JsonObject().put("type", "flush"));
            assertThat(client.next("error").getJsonObject("error").getString("message"))
                    .isEqualTo("flush is only allowed after start.");
        }
    }

    /** Text in small pieces, as from a language model; some arrive just when the previous text is due to be sent. */
    @Test
    void speaksTextInSmallPieces() {
        try (LiveClient client = new LiveClient(base)) {
            for (int gapMs : new int[]{10, 25, 45, 48, 49, 50, 51, 60}) {
                client.start(DEFAULTS).next("started");
                StringBuilder said = new StringBuilder();
                for (int i = 0; i < 15; i++) {
                    pause(Duration.ofMillis(gapMs));
                    client.text(i + " and ");
                    said.append(i).append(" and ");
                }
                assertThat(LiveClient.messages(client.finish().until("finished"), "error")).isEmpty();
                assertThat(String.join("", emulator.journal().lastTask().texts())).isEqualTo(said.toString());
            }
        }
    }

    @Test
    void rejectedStartGivesOneError() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(new JsonObject().put("volume", 1000)).text("a").text("b").finish().cancel();
            List<Object> heard = client.until("cancelled");
            assertThat(LiveClient.messages(heard, "error")).singleElement().satisfies(
                    error -> assertThat(error.getJsonObject("error").getString("param")).isEqualTo("volume"));
        }
    }

    @Test
    void batchesTextThatArrivesTogether() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS);
            for (int i = 0; i < 200; i++) {
                client.text(i + " ");
            }
            client.finish().until("finished");
            Journal.Task task = emulator.journal().lastTask();
            assertThat(String.join("", task.texts())).startsWith("0 1 2 3 ").endsWith(" 198 199 ");
            assertThat(task.texts().size()).isLessThan(100);
        }
    }

    @Test
    void speaksSeveralUtterancesOnOneSocket() {
        try (LiveClient client = new LiveClient(base)) {
            for (String format : List.of("mp3", "wav", "opus", "pcm")) {
                List<Object> heard = client.start(new JsonObject().put("response_format", format)).text(SENTENCE)
                        .finish().until("finished");
                Journal.Task task = emulator.journal().lastTask();
                assertThat(task.parameters().getString("format")).isEqualTo(format);
                assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(task));
            }
        }
    }

    @Test
    void borrowsAConnectionOnlyWhileItSpeaks() throws Exception {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).next("started");
            assertThat(PoolHealth.of(new Api(base)).active()).isZero();
            client.text("  ").text("...");
            assertThat(PoolHealth.of(new Api(base)).active()).isZero();
            client.text(SENTENCE).finish().next("finished");
            assertThat(PoolHealth.of(new Api(base)).active()).isZero();
        }
    }

    @Test
    void symbolsAreBlamedOnTheText() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text("\uD83D\uDC4D").finish();
            JsonObject error = client.next("error").getJsonObject("error");
            assertThat(error.getString("param")).isEqualTo("text");
            assertThat(error.getString("message")).isEqualTo("text contains nothing that can be spoken.");
        }
    }

    @Test
    void sendsWordTimes() {
        try (LiveClient client = new LiveClient(base)) {
            List<Object> heard = client.start(new JsonObject().put("timestamps", true)).text(SENTENCE).finish()
                    .until("finished");
            List<JsonArray> words = LiveClient.messages(heard, "words").stream()
                    .map(message -> message.getJsonArray("words")).toList();
            assertThat(words).isNotEmpty();
            JsonObject word = words.get(0).getJsonObject(0);
            assertThat(word.getString("text")).isEqualToIgnoringCase("good");
            assertThat(word.getInteger("end_ms")).isGreaterThan(word.getInteger("begin_ms"));
            assertThat(word.fieldNames()).contains("begin_index", "end_index");
            assertThat(LiveClient.messages(heard, "words").get(1).getString("text"))
                    .isEqualTo("Your train leaves at nine.");
        }
    }

    @Test
    void noAudioFollowsAnAcknowledgedCancel() {
        Random random = new Random(5);
        try (LiveClient client = new LiveClient(base)) {
            for (int i = 1; i <= 200; i++) {
                client.start(new JsonObject().put("response_format", "pcm")).text(STORY);
                int after = random.nextInt(6);
                // At once, or after this number of frames.
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                        .until(() -> frames(client.rest()) >= after);
                client.cancel().next("cancelled");
                if (i % 10 == 0) {
                    List<Object> heard = client.start(DEFAULTS).text(SENTENCE).finish().until("finished");
                    assertThat(heard.get(0)).as("the first after a cancel").isInstanceOf(JsonObject.class);
                    assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
                } else {
                    List<Object> heard = client.start(DEFAULTS).until("started");
                    assertThat(heard).as("after a cancel").hasSize(1);
                    client.cancel();
                    assertThat(client.until("cancelled")).hasSize(1);
                }
            }
        }
    }

    @Test
    void cancelWithoutAnUtteranceIsAcknowledged() {
        try (LiveClient client = new LiveClient(base)) {
            assertThat(client.cancel().next("cancelled").containsKey("id")).isFalse();
            client.start(DEFAULTS).text(SENTENCE).finish().next("finished");
            assertThat(client.cancel().next("cancelled").containsKey("id")).isFalse();
            assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Journal.Outcome.FINISHED);
        }
    }

    @ParameterizedTest
    @MethodSource
    void errorNamesTheInvalidField(List<String> messages, String param, String named) {
        try (LiveClient client = new LiveClient(base)) {
            messages.forEach(client::send);
            JsonObject error = client.next("error").getJsonObject("error");
            assertThat(error.getString("param")).isEqualTo(param);
            assertThat(error.getString("code")).isEqualTo("invalid_value");
            assertThat(error.getString("message")).contains(named);
            // The socket stays usable.
            client.cancel().next("cancelled");
            client.start(DEFAULTS).text(SENTENCE).finish().next("finished");
        }
    }

    static Stream<Arguments> errorNamesTheInvalidField() {
        String start = "{\"type\":\"start\"}";
        String text = "{\"type\":\"text\",\"text\":\"a\"}";
        String finish = "{\"type\":\"finish\"}";
        return Stream.of(
                Arguments.of(List.of("{"), null, "not valid JSON"),
                Arguments.of(List.of("[]"), "type", "one of start, text, flush, finish, cancel"),
                Arguments.of(List.of("7"), "type", "one of start"),
                Arguments.of(List.of("{\"type\":\"sing\"}"), "type", "one of start"),
                Arguments.of(List.of("{\"type\":1}"), "type", "one of start"),
                Arguments.of(List.of(text), "type", "text is only allowed after start."),
                Arguments.of(List.of(finish), "type", "finish is only allowed after start."),
                Arguments.of(List.of(start, start), "type", "start is not allowed while"),
                Arguments.of(List.of("{\"type\":\"start\",\"input\":\"a\"}"), "input", "messages of type text"),
                Arguments.of(List.of("{\"type\":\"start\",\"ssml\":true}"), "ssml", "POST"),
                Arguments.of(List.of("{\"type\":\"start\",\"stream_format\":\"sse\"}"), "stream_format", "POST"),
                Arguments.of(List.of("{\"type\":\"start\",\"speed\":9}"), "speed", "between 0.25 and 4"),
                Arguments.of(List.of("{\"type\":\"start\",\"speed\":\"1\"}"), "speed", "a number"),
                Arguments.of(List.of(start, "{\"type\":\"text\"}"), "text", "must be a string"),
                Arguments.of(List.of(start, "{\"type\":\"text\",\"text\":7}"), "text", "must be a string"),
                Arguments.of(List.of(start, "{\"type\":\"text\",\"text\":\"\\ud800a\"}"), "text", "surrogate"),
                Arguments.of(List.of(start, text, "{\"type\":\"text\",\"text\":\"\\ud800\"}", finish), "text",
                        "surrogate"),
                Arguments.of(List.of(start, finish), "text", "nothing that can be spoken"),
                Arguments.of(List.of(start, "{\"type\":\"text\",\"text\":\" ... \"}", finish), "text",
                        "nothing that can be spoken"),
                Arguments.of(List.of(start, "{\"type\":\"text\",\"text\":\"" + "早".repeat(60_000) + "\"}",
                        "{\"type\":\"text\",\"text\":\"" + "早".repeat(40_001) + "\"}"), "text", "200000 characters"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"type\":\"text\",\"text\":\"a\"};text is not allowed after finish.",
            "{\"type\":\"flush\"};flush is not allowed after finish.",
            "{\"type\":\"finish\"};finish was already sent."})
    void nothingOfAnUtteranceFollowsItsFinish(String message, String error) {
        // Late enough for the message to arrive before the end.
        emulator.faults().next(new Fault.FirstAudioDelay(Duration.ofMillis(500)));
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text(SENTENCE).finish().send(message);
            assertThat(client.next("error").getJsonObject("error").getString("message")).isEqualTo(error);
            client.cancel().next("cancelled");
        }
    }

    /** The error has no id, and the running utterance continues to its end. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"type\":\"sing\"}", "{\"type\":\"start\"}", "{\"type\":\"text\",\"text\":\"a\"}",
            "{\"type\":\"text\"}"})
    void invalidMessageDoesNotDisturbTheUtterance(String message) {
        // The utterance is slow enough for the message to arrive before its end.
        emulator.faults().next(new Fault.Pacing(0.3));
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text(SENTENCE).finish().send(message);
            List<Object> heard = client.until("finished");
            assertThat(LiveClient.messages(heard, "error")).singleElement()
                    .satisfies(error -> assertThat(error.containsKey("id")).isFalse());
            assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        }
    }

    @Test
    void endlessMessageClosesTheSocket() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).next("started");
            try {
                client.text("a".repeat(5_000_000));
            } catch (CompletionException e) {
                // The server may close the connection before the whole message is sent.
            }
            assertThat(client.next("error").getJsonObject("error").getString("message")).contains("4 MB");
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @ParameterizedTest
    @CsvSource({"http://evil.example,403", "null,403", "nonsense %%,403", "http://HOST,101", "https://HOST,101"})
    void otherOriginsGetNoSocket(String origin, int status) throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write(("GET /v1/audio/speech/live HTTP/1.1\r\nHost: " + base.getAuthority()
                    + "\r\nOrigin: " + origin.replace("HOST", base.getAuthority())
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
                    + "\r\nSec-WebSocket-Version: 13\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes(12);
            assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + status);
        }
    }

    @Test
    void aMessageMayBeginWithAnEmptyFragment() throws Exception {
        try (Socket socket = rawSocket()) {
            socket.getOutputStream().write(new byte[]{0x01, (byte) 0x80, 0, 0, 0, 0});
            byte[] rest = "{\"type\":\"start\"}".getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(new byte[]{(byte) 0x80, (byte) (0x80 | rest.length), 0, 0, 0, 0});
            socket.getOutputStream().write(rest);
            write(socket, "{\"type\":\"cancel\"}");
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(WebSocketFrame.read(in).text()).contains("\"started\"");
            assertThat(WebSocketFrame.read(in).text()).contains("\"cancelled\"");
        }
    }

    @Test
    void rejectsABinaryMessage() {
        try (LiveClient client = new LiveClient(base)) {
            client.sendBinary(new byte[]{1, 2, 3});
            assertThat(client.next("error").getJsonObject("error").getString("message")).contains("JSON text");
        }
    }

    @Test
    void splitsALongTextIntoPieces() {
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text("Good morning. ".repeat(3000)).next("started");
            await().until(() -> emulator.journal().tasksRunning() == 1
                    && emulator.journal().lastTask().texts().size() == 3);
            assertThat(emulator.journal().lastTask().characters()).allMatch(count -> count <= 20_000);
            client.cancel().next("cancelled");
        }
    }

    @Test
    void textTimeoutPrecedesTheServiceTimeout() {
        try (LiveClient client = new LiveClient(base)) {
            for (String text : List.of("", "And then")) {
                client.start(DEFAULTS).text(text);
                JsonObject error = client.next("error").getJsonObject("error");
                assertThat(error.getString("code")).isEqualTo("text_timeout");
                assertThat(error.getString("message")).contains("1500 ms");
            }
            await().until(() -> emulator.journal().tasksRunning() == 0);
            client.text("of the one that is over").start(DEFAULTS).text(SENTENCE).finish();
            assertThat(LiveClient.messages(client.until("finished"), "error")).isEmpty();
        }
    }

    @Test
    void silentServiceTimesOutWhileTextArrives() {
        emulator.faults().always(new Fault.Silence());
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS);
            await().pollInterval(Duration.ofMillis(500)).until(() -> client.text("On it goes. ").rest(),
                    heard -> !LiveClient.messages(heard, "error").isEmpty());
            assertThat(LiveClient.messages(client.rest(), "error")).allSatisfy(error -> assertThat(
                    error.getJsonObject("error").getString("code")).isEqualTo("first_audio_timeout"));
        } finally {
            emulator.faults().clear();
        }
    }

    /** Neither repeated finish messages nor empty texts extend the timeout. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"type\":\"finish\"}|first_audio_timeout",
            "{\"type\":\"text\",\"text\":\"\"}|text_timeout"})
    void repeatedMessagesDoNotExtendTheTimeout(String message, String code) {
        emulator.faults().next(new Fault.Silence());
        try (LiveClient client = new LiveClient(base)) {
            String id = client.start(DEFAULTS).text("And then").next("started").getString("id");
            AtomicInteger sent = new AtomicInteger();
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(200)).until(() -> {
                client.send(message);
                sent.incrementAndGet();
                return LiveClient.messages(client.rest(), "error").stream().anyMatch(error -> id.equals(error
                        .getString("id")) && error.getJsonObject("error").getString("code").equals(code));
            });
            assertThat(sent).hasValueGreaterThan(4);
        }
    }

    @Test
    void failureBeforeAudioIsRetriedWithTheWholeText() {
        emulator.faults().next(new Fault.CloseFrame(1011, 0));
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text("Good morning. ");
            await().until(() -> emulator.journal().tasks().size() >= 2);
            List<Object> heard = client.text("Your train leaves at nine.").finish().until("finished");
            Journal.Task task = emulator.journal().lastTask();
            assertThat(String.join("", task.texts())).isEqualTo(SENTENCE);
            assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(task));
        }
    }

    @Test
    void failureDuringAudioGivesAnErrorAndNoFinished() {
        emulator.faults().next(new Fault.Rst(3));
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text(STORY).finish();
            List<Object> heard = client.until("error");
            assertThat(LiveClient.messages(heard, "finished")).isEmpty();
            assertThat(frames(client.start(DEFAULTS).text(SENTENCE).finish().until("finished"))).isPositive();
        }
    }

    @Test
    void disconnectStopsTheTask() {
        emulator.faults().next(new Fault.Pacing(1));
        try (LiveClient client = new LiveClient(base)) {
            client.start(DEFAULTS).text(STORY).finish();
            await().until(() -> frames(client.rest()) > 0);
            client.abort();
            await().until(() -> emulator.journal().tasksRunning() == 0);
            assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED,
                    Journal.Outcome.ABANDONED);
        }
    }

    @Test
    void fiftySocketsSpeakAtOnce() {
        List<LiveClient> clients = Stream.generate(() -> new LiveClient(base)).limit(50).toList();
        try {
            clients.forEach(client -> client.start(DEFAULTS));
            for (String word : SENTENCE.split("(?<= )")) {
                clients.forEach(client -> client.text(word));
            }
            clients.forEach(LiveClient::finish);
            for (LiveClient client : clients) {
                List<Object> heard = client.until("finished");
                String id = ((JsonObject) heard.get(heard.size() - 1)).getString("request_id");
                Journal.Task task = emulator.journal().tasks().stream().filter(each -> each.taskId().equals(id))
                        .findFirst().orElseThrow();
                assertThat(String.join("", task.texts())).isEqualTo(SENTENCE);
                assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(task));
            }
        } finally {
            clients.forEach(LiveClient::close);
        }
    }

    @Test
    void clientThatReadsNoAnswersIsDisconnected() throws Exception {
        try (Socket socket = rawSocket()) {
            // More than the buffers hold, so that the server must read most messages before the last is written.
            try {
                socket.getOutputStream().write(emptyTextFrames(3_000_000));
            } catch (SocketException disconnectedMeanwhile) {
                return;
            }
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            int answers = 0;
            int opcode = in.read() & 0x0F;
            for (; opcode != 8; opcode = in.read() & 0x0F) {
                answers++;
                int length = in.read() & 0x7F;
                in.skipNBytes(length == 126 ? in.readUnsignedShort() : length);
            }
            in.read();
            assertThat(in.readUnsignedShort()).as("close code").isEqualTo(1008);
            assertThat(answers).isLessThan(1_000_000);
        }
    }

    @Test
    @Nightly
    void clientThatReadsNoCloseFrameIsDisconnected() throws Exception {
        try (Socket socket = rawSocket()) {
            byte[] frameBytes = emptyTextFrames(100_000);
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> assertThatThrownBy(() -> {
                while (true) {
                    socket.getOutputStream().write(frameBytes);
                }
            }).isInstanceOf(IOException.class));
        }
    }

    /** Writes empty text frames with a zero mask; each has an answer. */
    private static byte[] emptyTextFrames(int frames) {
        byte[] frameBytes = new byte[6 * frames];
        for (int i = 0; i < frameBytes.length; i += 6) {
            frameBytes[i] = (byte) 0x81;
            frameBytes[i + 1] = (byte) 0x80;
        }
        return frameBytes;
    }

    @Test
    void clientThatReadsNoPongsIsDisconnected() throws Exception {
        try (Socket socket = rawSocket()) {
            byte[] pings = new byte[131 * 1000];
            for (int i = 0; i < pings.length; i += 131) {
                pings[i] = (byte) 0x89;
                pings[i + 1] = (byte) 0xFD;
            }
            // 65 MB of answers, of which buffers hold a few; then the server stops reading.
            assertThatThrownBy(() -> {
                for (int i = 0; i < 500; i++) {
                    socket.getOutputStream().write(pings);
                }
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void clientThatMissesAPingIsDisconnected() throws Exception {
        try (Socket socket = rawSocket()) {
            InputStream in = socket.getInputStream();
            List<Integer> opcodes = new ArrayList<>();
            while (!opcodes.contains(8)) {
                opcodes.add(in.read() & 0x0F);
                in.skipNBytes(in.read() & 0x7F);
            }
            assertThat(opcodes).as("ping, close").containsExactly(9, 8);
        }
    }

    @Test
    void clientThatAnswersPingsStaysConnected() {
        try (LiveClient client = new LiveClient(base)) {
            pause(Duration.ofSeconds(4));
            client.start(DEFAULTS).text(SENTENCE).finish().next("finished");
        }
    }

    @Test
    void slowReaderCausesBackPressure() throws Exception {
        emulator.faults().next(new Fault.FrameBytes(16_000));
        try (Socket socket = rawSocket()) {
            write(socket, "{\"type\":\"start\",\"response_format\":\"pcm\",\"sample_rate\":48000}");
            write(socket, new JsonObject().put("type", "text").put("text", STORY.repeat(12)).encode());
            write(socket, "{\"type\":\"finish\"}");
            await().until(() -> emulator.journal().tasksRunning() == 1);
            await().atMost(Duration.ofSeconds(15)).until(() -> emulator.journal().tasksRunning() == 0);
            Journal.Task ended = emulator.journal().lastTask();
            assertThat(ended.outcome()).isIn(Journal.Outcome.CANCELLED, Journal.Outcome.ABANDONED);
            // The two sockets' buffers come on top of the server's own; the whole audio is about 30 MB.
            assertThat(ended.bytes()).isLessThan(16_000_000);
        }
    }

    /** A client that sends a few messages and does not read. */
    private Socket rawSocket() throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        socket.getOutputStream()
                .write(LiveClient.handshake("/v1/audio/speech/live", "").getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
        return socket;
    }

    /** Writes a text frame with a zero mask. */
    private static void write(Socket socket, String message) throws Exception {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        byte[] head = bytes.length < 126
                ? new byte[]{(byte) 0x81, (byte) (0x80 | bytes.length), 0, 0, 0, 0}
                : new byte[]{(byte) 0x81, (byte) 0xFE, (byte) (bytes.length >> 8), (byte) bytes.length, 0, 0, 0, 0};
        byte[] frame = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, frame, head.length, bytes.length);
        socket.getOutputStream().write(frame);
    }

    private static int frames(List<Object> heard) {
        return (int) heard.stream().filter(byte[].class::isInstance).count();
    }
}
