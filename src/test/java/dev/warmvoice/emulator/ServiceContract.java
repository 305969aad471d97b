package dev.warmvoice.emulator;

import static dev.warmvoice.emulator.TestClient.MODEL;
import static dev.warmvoice.emulator.TestClient.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.emulator.voice.Mp3Frame;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * The service's protocol as the vendor documents it and the product relies on it, for the emulator and the real
 * service. {@link EmulatorTest} covers what only the emulator can show and what would cost too much on the real
 * service: texts of the max length, and more tasks than the account may submit.
 */
abstract class ServiceContract {

    private static final String INVALID = "InvalidParameter";

    private final ServiceUnderTest service;

    ServiceContract(ServiceUnderTest service) {
        this.service = service;
    }

    @AfterEach
    void close() {
        service.close();
    }

    // Speech

    @Test
    void speaksATask() {
        TestClient client = service.connect();
        client.speak("Hello world. How are you?");
        assertThat(client.order()).startsWith("task-started").endsWith("sentence-end", "task-finished");
        assertThat(client.order()).containsOnlyOnce("task-started").containsOnlyOnce("task-finished");
        assertThat(client.events("sentence-begin")).hasSize(2);
        assertThat(client.events("sentence-end")).hasSize(2);
        assertThat(client.usage()).isEqualTo(25);
    }

    @Test
    void sendsSentenceBeginAndEndAroundItsAudio() {
        TestClient client = service.connect();
        client.speak("Hello world. How are you?");
        String inside = null;
        for (String each : client.order()) {
            switch (each) {
                case "sentence-begin" -> {
                    assertThat(inside).isNull();
                    inside = each;
                }
                case "sentence-synthesis", "audio" -> {
                    assertThat(inside).isNotNull();
                    inside = each;
                }
                case "sentence-end" -> {
                    assertThat(inside).isEqualTo("audio");
                    inside = null;
                }
                default -> assertThat(inside).isNull();
            }
        }
    }

    @Test
    void pcmIsSamplesOnly() {
        byte[] pcm = speak("pcm").audio();
        assertThat(ascii(pcm, 0)).isNotIn("RIFF", "OggS");
        assertThat(pcm.length % 2).isZero();
        assertThat(pcm.length / 2 / 24000.0).isBetween(0.3, 5.0);
    }

    @Test
    void wavHasOneHeader() {
        TestClient client = speak("wav");
        byte[] wav = client.audio();
        assertThat(ascii(wav, 0)).isEqualTo("RIFF");
        assertThat(ascii(wav, 8)).isEqualTo("WAVE");
        assertThat(ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).getInt(24)).isEqualTo(24000);
        assertOnlyTheFirstFrameHas("RIFF", client);
    }

    @Test
    void mp3IsContiguousFramesAfterAtMostOneTag() {
        byte[] mp3 = speak("mp3").audio();
        int at = ascii(mp3, 0).startsWith("ID3") ? 10 + tagBytes(mp3) : 0;
        while (at < mp3.length) {
            Mp3Frame frame = Mp3Frame.at(mp3, at);
            assertThat(frame.sampleRate()).isEqualTo(24000);
            at += frame.bytes();
        }
        assertThat(at).isEqualTo(mp3.length);
    }

    /** Reads an ID3v2 size, which has 7 bits per byte. */
    private static int tagBytes(byte[] mp3) {
        return mp3[6] << 21 | mp3[7] << 14 | mp3[8] << 7 | mp3[9];
    }

    @Test
    void opusIsOneOggStream() {
        TestClient client = speak("opus");
        assertThat(ascii(client.audio(), 0)).isEqualTo("OggS");
        assertOnlyTheFirstFrameHas("OpusHead", client);
    }

    private TestClient speak(String format) {
        TestClient client = service.connect();
        client.speak(parameters().put("format", format).put("sample_rate", 24000), "Hello world.");
        assertThat(client.has("task-finished")).isTrue();
        return client;
    }

    private static void assertOnlyTheFirstFrameHas(String mark, TestClient client) {
        List<String> frames = client.frames().stream().map(frame -> new String(frame, StandardCharsets.ISO_8859_1))
                .toList();
        assertThat(frames.get(0)).containsOnlyOnce(mark);
        assertThat(frames.subList(1, frames.size())).noneMatch(frame -> frame.contains(mark));
    }

    private static String ascii(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    @Test
    void everyEventHasTheTaskId() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hello.");
        client.finish(id);
        client.awaitEnd();
        for (String name : List.of("task-started", "sentence-begin", "sentence-synthesis", "sentence-end",
                "task-finished")) {
            assertThat(client.events(name)).isNotEmpty()
                    .allMatch(event -> event.getJsonObject("header").getString("task_id").equals(id));
        }
    }

    @Test
    void wordTimesAreRelativeToTheTask() {
        TestClient client = service.connect();
        client.speak(parameters().put("word_timestamp_enabled", true), "Good morning. 早上好。");
        List<JsonObject> ends = client.events("sentence-end");
        assertThat(ends).hasSize(2);
        int last = 0;
        for (int i = 0; i < 2; i++) {
            JsonObject output = ends.get(i).getJsonObject("payload").getJsonObject("output");
            assertThat(output.getJsonObject("sentence").getInteger("index")).isEqualTo(i);
            for (Object each : output.getJsonObject("sentence").getJsonArray("words")) {
                JsonObject word = (JsonObject) each;
                assertThat(output.getString("original_text").substring(word.getInteger("begin_index"),
                        word.getInteger("end_index"))).isEqualTo(word.getString("text"));
                assertThat(word.getInteger("begin_time")).isBetween(last, word.getInteger("end_time"));
                last = word.getInteger("end_time");
            }
        }
        assertThat(last).isBetween(1000, client.audio().length / 32);
        assertThat(ends.get(0).getJsonObject("payload").getJsonObject("usage").getInteger("characters")).isEqualTo(14);
        assertThat(client.usage()).isEqualTo(14 + 7);
    }

    @Test
    void sendsNoWordTimesByDefault() {
        TestClient client = service.connect();
        client.speak("Good morning.");
        assertThat(client.events("sentence-end").get(0).getJsonObject("payload").getJsonObject("output")
                .getJsonObject("sentence").getJsonArray("words")).isEmpty();
    }

    @Test
    void speaksASentenceAsSoonAsItIsComplete() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hello wor");
        client.text(id, "ld. And");
        client.awaitEvent("sentence-end");
        assertThat(client.events("sentence-end")).hasSize(1);
        client.finish(id);
        client.awaitEnd();
        assertThat(client.events("sentence-end")).hasSize(2);
    }

    /** The vendor's SDKs for Java and Python support flush; the vendor's documentation does not mention it. */
    @Test
    void flushSpeaksThePendingText() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hello world");
        client.flush(id, null);
        client.awaitEvent("sentence-end");
        client.forget();
        client.flush(id, "How are you");
        client.awaitEvent("sentence-end");
        client.finish(id);
        assertThat(client.awaitEnd().has("task-finished")).isTrue();
    }

    @Test
    void servesSeveralTasksOnAConnection() {
        TestClient client = service.connect();
        for (int i = 0; i < 3; i++) {
            client.forget();
            client.speak("Hello " + i + ".");
            assertThat(client.has("task-finished")).isTrue();
            assertThat(client.audio()).isNotEmpty();
        }
    }

    /** Measured on the real service; the vendor's Java SDK relies on it since 2.22.26. */
    @Test
    void cancelEndsATaskAndKeepsTheConnection() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id,
                "Hello world, this is a sentence of some length. And this is another one, as long as the first.");
        client.awaitEvent("audio");
        client.cancel(id);
        client.awaitEnd();
        assertThat(client.order()).endsWith("task-finished").doesNotContain("task-failed");
        assertThat(client.events("sentence-end").size()).isLessThan(2);

        client.forget();
        client.speak("Hello.");
        assertThat(client.order()).startsWith("task-started").endsWith("task-finished").contains("audio");
    }

    @Test
    void aTaskCanBeCancelledBeforeItsText() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.awaitEvent("task-started");
        client.cancel(id);
        client.awaitEnd();
        assertThat(client.order()).containsExactly("task-started", "task-finished");
    }

    @Test
    void countsHanTwiceAndNoTags() {
        TestClient client = service.connect();
        client.speak(parameters().put("enable_ssml", true),
                "<speak>你好<break time=\"1s\"/>a &amp; b <em>c</em></speak>");
        assertThat(client.usage()).isEqualTo(4 + 7);
    }

    @Test
    void acceptsTheVendorSdksParameters() {
        TestClient client = service.connect();
        client.speak(parameters().put("word_timestamp_enabled", false).put("phoneme_timestamp_enabled", false)
                .put("enable_ssml", false).put("pre_task_id", "x").put("seed", 42)
                .put("language_hints", new JsonArray().add("zh"))
                .put("hot_fix", new JsonObject().put("pronunciation", new JsonArray())), "Hello.");
        assertThat(client.has("task-finished")).isTrue();
    }

    // Protocol violations

    @Test
    void oneTaskAtATime() {
        TestClient client = service.connect();
        client.run(parameters());
        client.run(parameters());
        assertInvalidAction(client, "run-task");
    }

    @Test
    void noTextWithoutATask() {
        TestClient client = service.connect();
        client.text("an-id", "Hello.");
        assertInvalidAction(client, "continue-task");
    }

    @Test
    void noFinishWithoutATask() {
        TestClient client = service.connect();
        client.finish("an-id");
        assertInvalidAction(client, "finish-task");
    }

    @Test
    void noTextAfterFinish() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.text(id, "Hello world.");
        client.finish(id);
        client.text(id, "More.");
        assertInvalidAction(client, "continue-task");
    }

    @Test
    void ssmlMustBeOneSend() {
        TestClient client = service.connect();
        String id = client.run(parameters().put("enable_ssml", true));
        client.text(id, "<speak>Hello.</speak>");
        client.text(id, "<speak>Again.</speak>");
        assertFailure(client, INVALID, "Text request limit violated, expected 1.");
    }

    @Test
    void theConnectionIsClosedAfterTaskFailed() {
        TestClient client = service.connect();
        client.finish("an-id");
        client.failure();
        assertThat(client.awaitClosed()).isNotNegative();
        assertThat(client.events("task-failed")).hasSize(1);
    }

    // Rejected requests

    @Test
    void malformedSsmlFails() {
        assertIsRefused(MODEL, parameters().put("enable_ssml", true), "<speak>Hello.");
    }

    @Test
    void moreThan20000CharactersPerSendFail() {
        assertIsRefused(MODEL, parameters(), "字".repeat(10_000) + "a");
    }

    @ParameterizedTest
    @CsvSource({"volume,-1", "volume,101", "rate,0.4", "rate,2.1", "pitch,0.49", "pitch,2.1", "seed,-1", "seed,65536",
            "bit_rate,5", "bit_rate,511", "sample_rate,11025"})
    void numbersOutOfRangeFail(String name, double value) {
        assertIsRefused(MODEL, parameters().put("format", "opus").put(name, value), "Hi.");
    }

    @Test
    void anUnknownFormatFails() {
        assertIsRefused(MODEL, parameters().put("format", "flac"), "Hi.");
    }

    @Test
    void anUnknownVoiceFails() {
        assertIsRefused(MODEL, parameters().put("voice", "unknown-voice"), "Hi.");
    }

    @Test
    void noVoiceFails() {
        TestClient client = service.connect();
        client.run(parameters().put("voice", ""));
        assertFailure(client, INVALID, "Request voice is invalid!");
    }

    @ParameterizedTest
    @CsvSource({"cosyvoice-v3-flash,longxiaochun_v2", "cosyvoice-v2,longanyang", "cosyvoice-v3.5-flash,longanyang"})
    void aVoiceOfAnotherModelFails(String model, String voice) {
        assertIsRefused(model, parameters().put("voice", voice), "Hi.");
    }

    @Test
    void anInstructionOfMoreThan100CharactersFails() {
        assertIsRefused(MODEL, parameters().put("instruction", "字".repeat(50) + "a"), "Hi.");
    }

    @Test
    void theFirstModelRejectsSsml() {
        assertIsRefused("cosyvoice-v1", parameters().put("voice", "longxiaochun").put("enable_ssml", true),
                "<speak>Hi.</speak>");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "。", "?!", "..."})
    void emptyTextFails(String text) {
        TestClient client = service.connect();
        client.speak(text);
        assertFailure(client, INVALID, "Please ensure input text is valid.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "input"})
    void aRunTaskWithAMissingPartFails(String part) {
        TestClient client = service.connect();
        JsonObject payload = TestClient.runTask(MODEL, parameters());
        payload.remove(part);
        client.send("an-id", "run-task", payload);
        assertFailure(client, INVALID,
                "Missing required parameter 'payload." + part + "'! Please follow the protocol!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continue-task", "finish-task"})
    void noInputFails(String action) {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.send(id, action, new JsonObject());
        assertFailure(client, INVALID, "Missing required parameter 'payload.input'! Please follow the protocol!");
    }

    @Test
    void anUnknownModelFails() {
        assertIsRefused("cosyvoice-v9", parameters(), "Hi.");
    }

    /** Asserts a failure with a code that the product maps to an invalid request, which it does not retry. */
    private void assertIsRefused(String model, JsonObject parameters, String text) {
        TestClient client = service.connect();
        String id = client.run(model, parameters);
        client.text(id, text);
        client.finish(id);
        client.awaitEnd();
        assertThat(client.has("task-finished")).isFalse();
        assertThat(client.failure().getString("error_code")).matches("(Invalid|Model).*");
        assertThat(client.failure().getString("error_message")).isNotBlank().doesNotContain("Invalid action");
    }

    // Handshake

    @Test
    void rejectsAnInvalidKey() {
        ServiceAccount wrong = service.account().withKey("wrong");
        assertThatThrownBy(() -> service.connect(wrong)).isInstanceOf(CompletionException.class).cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isIn(401, 403));
    }

    /** The vendor's browser sample does so, because browsers cannot set the header. */
    @Test
    void acceptsTheKeyInTheUrl() {
        ServiceAccount account = service.account();
        URI url = URI.create(account.url() + "?api_key=" + account.key());
        TestClient client = service.connect(account.withKey(null).withUrl(url));
        assertThat(client.speak("Hi.").has("task-finished")).isTrue();
    }

    @Test
    void rejectsAnInvalidKeyInTheUrl() {
        ServiceAccount account = service.account();
        ServiceAccount wrong = account.withKey(null).withUrl(URI.create(account.url() + "?api_key=wrong"));
        assertThatThrownBy(() -> service.connect(wrong)).isInstanceOf(CompletionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void acceptsThePathWithAndWithoutATrailingSlash(String slash) {
        String url = service.account().url().toString().replaceFirst("/$", "");
        TestClient client = service.connect(service.account().withUrl(URI.create(url + slash)));
        assertThat(client.speak("Hi.").has("task-finished")).isTrue();
    }

    // Timers

    @Test
    void textTimeoutFailsTheTask() {
        TestClient client = service.connect();
        long begin = System.nanoTime();
        client.run(parameters());
        assertTextTimeout(client, begin);
    }

    @Test
    void textRestartsTheTextTimer() {
        TestClient client = service.connect();
        String id = client.run(parameters());
        client.awaitEvent("task-started");
        assertThat(client.within(service.seconds(12), () -> client.has("task-failed"))).isFalse();
        long text = System.nanoTime();
        client.text(id, "Hello world.");
        assertTextTimeout(client, text);
        assertThat(client.has("sentence-end")).isTrue();
    }

    private void assertTextTimeout(TestClient client, long begin) {
        client.awaitEvent("task-failed", service.seconds(23).plus(service.account().patience()));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(service.seconds(23));
        assertFailure(client, "CLIENT_ERROR", "request timeout after 23 seconds.");
    }

    @Test
    void aConnectionIsClosedAMinuteAfterItsTask() {
        TestClient client = service.connect();
        long begin = System.nanoTime();
        client.speak("Hi.");
        assertThat(client.has("task-finished")).isTrue();
        client.awaitClosed(service.seconds(61).plus(service.account().patience()));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(service.seconds(60));
    }

    private static void assertInvalidAction(TestClient client, String action) {
        assertFailure(client, INVALID, "Invalid action('" + action + "')! Please follow the protocol!");
    }

    private static void assertFailure(TestClient client, String code, String message) {
        JsonObject failure = client.failure();
        assertThat(failure.getString("error_code")).isEqualTo(code);
        assertThat(failure.getString("error_message")).isEqualTo(message);
    }
}
