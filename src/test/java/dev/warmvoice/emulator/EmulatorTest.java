package dev.warmvoice.emulator;

import static dev.warmvoice.emulator.TestClient.MODEL;
import static dev.warmvoice.emulator.TestClient.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Journal.Outcome;
import dev.warmvoice.emulator.voice.Send;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The emulator's own behaviour over a real socket: exact bytes and messages, options, journal, and limits of the
 * service that cannot be tested on the service itself. {@link ServiceContract} covers the protocol.
 */
class EmulatorTest {

    private static final EmulatorOptions OPTIONS = EmulatorOptions.defaults().withTasksPerSecond(0);

    private Emulator emulator;

    private TestClient connect() {
        return connect(OPTIONS);
    }

    private TestClient connect(EmulatorOptions options) {
        emulator = Emulator.start(options);
        return TestClient.connect(emulator);
    }

    @AfterEach
    void close() {
        if (emulator != null) {
            emulator.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pcm", "wav", "mp3", "opus"})
    void deliversEveryFormat(String format) {
        TestClient client = connect();
        JsonObject parameters = parameters().put("format", format).put("sample_rate", 24000);
        client.speak(parameters, "Hello wor", "ld. 你好！ How", " are you?");
        assertThat(client.audio())
                .isEqualTo(Emulator.audioOf(MODEL, parameters, "Hello wor", "ld. 你好！ How", " are you?"));
    }

    @Test
    void defaultsToMp3At22050() {
        TestClient client = connect();
        var parameters = new JsonObject().put("voice", "longanyang").put("format", "Default").put("sample_rate", 0);
        client.speak(parameters, "Hello.");
        JsonObject spelledOut = parameters().put("format", "mp3").put("sample_rate", 22050);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(MODEL, spelledOut, "Hello."));
    }

    /** Frame sizes observed on the real service. */
    @ParameterizedTest
    @ValueSource(ints = {4000, 8000, 23_000})
    void fillsAllFramesButTheLast(int bytes) {
        TestClient client = connect(OPTIONS.withFrameBytes(bytes));
        client.speak("Hello world, this is a sentence of some length.");
        List<String> order = client.order();
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).equals("audio")) {
                assertThat(order.get(i - 1)).isEqualTo("sentence-synthesis");
            }
        }
        List<byte[]> frames = client.frames();
        assertThat(frames.subList(0, frames.size() - 1)).isNotEmpty().allMatch(frame -> frame.length == bytes);
    }

    @Test
    void flushDoesNotChangeTheAudio() {
        TestClient client = connect(OPTIONS.withRealTimeFactor(0.1));
        String id = client.run(parameters());
        client.text(id, "Hello wor");
        client.flush(id, null);
        client.flush(id, "ld and mo");
        client.text(id, "re.");
        client.finish(id);
        client.awaitEnd();
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.sends()).containsExactly(new Send("Hello wor", false), new Send("", true),
                new Send("ld and mo", true), new Send("re.", false));
        assertThat(client.events("sentence-end")).hasSize(3);
        assertThat(client.audio()).isEqualTo(Emulator.audioOf(task));
    }

    @Test
    void blankTextsAreAccepted() {
        TestClient client = connect();
        client.speak(parameters(), " ", "Hi", "", ".");
        assertThat(client.has("task-finished")).isTrue();
    }

    // Protocol violations

    @Test
    void eachTaskNeedsANewId() {
        TestClient client = connect();
        String id = client.run(parameters());
        client.text(id, "Hi.");
        client.finish(id);
        client.awaitEnd();
        client.run(id, MODEL, parameters());
        assertThat(client.failure().getString("error_code")).isEqualTo("InvalidParameter");
    }

    @Test
    void aSecondTaskFailsTheFirstToo() {
        TestClient client = connect();
        client.run(parameters());
        client.run(parameters());
        client.failure();
        assertThat(emulator.journal().tasksFailed()).isEqualTo(2);
        assertThat(emulator.journal().tasks()).allMatch(task -> task.outcome() == Outcome.FAILED);
    }

    @Test
    void aConnectionIsClosedAfterTaskFailed() {
        TestClient client = connect();
        String id = client.run("no-such-model", parameters());
        client.text(id, "What was already under way is not answered.");
        client.finish(id);
        assertThat(client.awaitClosed()).isEqualTo(1000);
        assertThat(client.closeReason()).isEqualTo("Bye");
        assertThat(client.order()).containsExactly("task-failed");
        await().until(() -> emulator.journal().connectionsClosed() == 1);
    }

    @Test
    void malformedSsmlFails() {
        TestClient client = connect();
        client.speak(parameters().put("enable_ssml", true), "<speak>Hello.");
        assertFailure(client, "InvalidParameter", "SSML text is not well-formed.");
        assertThat(emulator.journal().lastTask().ssml()).isTrue();
    }

    @Test
    void accepts20000CharactersPerSend() {
        TestClient client = connect();
        emulator.faults().next(new Fault.EmptyTask());
        client.speak(parameters(), "字".repeat(10_000));
        assertThat(client.has("task-finished")).isTrue();
    }

    @Test
    void accepts200000CharactersPerTask() {
        TestClient client = connect();
        emulator.faults().next(new Fault.EmptyTask());
        String id = client.run(parameters());
        for (int i = 0; i < 10; i++) {
            client.text(id, "a".repeat(20_000));
        }
        client.text(id, "a");
        assertThat(client.failure().getString("error_code")).isEqualTo("InvalidParameter");
        assertThat(emulator.journal().lastTask().characters()).hasSize(11).startsWith(20_000).endsWith(1);
    }

    @ParameterizedTest
    @CsvSource({"volume,-1", "volume,101", "volume,50.5", "rate,0.4", "rate,2.1", "pitch,0.49", "pitch,3", "seed,-1",
            "seed,65536", "bit_rate,5", "bit_rate,511", "sample_rate,11025", "sample_rate,-1"})
    void checksNumbers(String name, double value) {
        TestClient client = connect();
        client.run(parameters().put(name, value));
        JsonObject failure = client.failure();
        assertThat(failure.getString("error_code")).isEqualTo("InvalidParameter");
        assertThat(failure.getString("error_message")).startsWith(name);
    }

    @Test
    void checksTypes() {
        emulator = Emulator.start(OPTIONS);
        for (JsonObject parameters : List.of(parameters().put("format", "flac"), parameters().put("format", 1),
                parameters().put("volume", "50"), parameters().put("voice", ""), parameters().putNull("voice"),
                parameters().put("enable_ssml", "true"), parameters().put("language_hints", "zh"),
                parameters().put("enable_markdown_filter", "x"),
                parameters().put("language_hints", new JsonArray().add(1)), parameters().put("hot_fix", "x"),
                parameters().put("instruction", 1), parameters().put("text_type", "Other"))) {
            TestClient client = TestClient.connect(emulator);
            client.run(parameters);
            assertThat(client.failure().getString("error_code")).isEqualTo("InvalidParameter");
        }
    }

    @ParameterizedTest
    @CsvSource({"cosyvoice-v3-flash,longanyang,100", "cosyvoice-v3.5-plus,cosyvoice-v3.5-plus-mine-1a2b,100",
            "cosyvoice-v2,longxiaochun_v2,0", "cosyvoice-v1,longxiaochun,0"})
    void acceptsAnInstructionUpToItsMaxLength(String model, String voice, int most) {
        emulator = Emulator.start(OPTIONS);
        JsonObject parameters = parameters().put("voice", voice).put("style", 3);
        TestClient client = TestClient.connect(emulator);
        client.run(model, parameters.put("instruction", "字".repeat(most / 2)));
        assertThat(client.awaitEvent("task-started").has("task-failed")).isFalse();
        client = TestClient.connect(emulator);
        client.run(model, parameters.put("instruction", "字".repeat(most / 2) + "a"));
        assertFailure(client, "InvalidParameter", "[cosyvoice:]Engine return error code: 428");
    }

    @ParameterizedTest
    @CsvSource({"cosyvoice-v3-flash,longanyang", "cosyvoice-v3-plus,longanhuan", "cosyvoice-v2,longxiaochun_v2",
            "cosyvoice-v1,longxiaochun", "cosyvoice-v3-flash,cosyvoice-v3-flash-mine-1a2b",
            "cosyvoice-v3.5-flash,cosyvoice-v3.5-flash-vd-mine-1a2b"})
    void acceptsTheVoicesOfEachModel(String model, String voice) {
        TestClient client = connect();
        client.run(model, parameters().put("voice", voice));
        assertThat(client.awaitEvent("task-started").has("task-failed")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"cosyvoice-v3-flash,unknown-voice", "cosyvoice-v3-flash,longxiaochun_v2",
            "cosyvoice-v2,longanyang", "cosyvoice-v3.5-flash,longanyang",
            "cosyvoice-v3-flash,cosyvoice-v3.5-flash-mine-1a2b"})
    void rejectsAnyOtherVoice(String model, String voice) {
        TestClient client = connect();
        client.run(model, parameters().put("voice", voice));
        assertFailure(client, "InvalidParameter", "[cosyvoice:]Engine return error code: 418");
    }

    @Test
    void anUnknownModelFails() {
        TestClient client = connect();
        client.run("cosyvoice-v9", parameters());
        assertFailure(client, "InvalidParameter", "Model not exist.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "[]", "{}", "{\"header\":1}", "{\"header\":{\"action\":\"dance\"}}"})
    void invalidMessagesFail(String message) {
        TestClient client = connect();
        client.sendRaw(message);
        assertThat(client.failure().getString("error_code")).isEqualTo("InvalidParameter");
    }

    @Test
    void binaryMessagesFail() {
        TestClient client = connect();
        client.sendBinary(new byte[3]);
        assertThat(client.failure().getString("error_code")).isEqualTo("InvalidParameter");
    }

    @Test
    void limitsTasksPerSecondAcrossConnections() {
        emulator = Emulator.start();
        for (int i = 0; i < 3; i++) {
            assertThat(TestClient.connect(emulator).speak("Hi.").has("task-finished")).isTrue();
        }
        TestClient client = TestClient.connect(emulator);
        client.run(parameters());
        assertFailure(client, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.");
    }

    @Test
    void limitsTheTasksOfEachModel() {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(1));
        for (String model : List.of("cosyvoice-v3-flash", "cosyvoice-v3-plus")) {
            TestClient client = TestClient.connect(emulator);
            client.run(model, parameters());
            assertThat(client.awaitEvent("task-started").has("task-failed")).isFalse();
        }
        TestClient client = TestClient.connect(emulator);
        client.run("cosyvoice-v3-plus", parameters());
        assertThat(client.failure().getString("error_code")).isEqualTo("Throttling.RateQuota");
    }

    @Test
    void countsTheTasksOfTheLastSecond() {
        var limit = new RateLimit(2);
        long second = TimeUnit.SECONDS.toNanos(1);
        assertThat(limit.admits(0)).isTrue();
        assertThat(limit.admits(second / 2)).isTrue();
        assertThat(limit.admits(second - 1)).isFalse();
        assertThat(limit.admits(second)).isTrue();
        assertThat(limit.admits(second + 1)).isFalse();
        assertThat(limit.admits(second * 3 / 2)).isTrue();
    }

    // Handshake

    @Test
    void journalRecordsRejectedHandshakes() {
        emulator = Emulator.start();
        assertThatThrownBy(() -> TestClient.connect(ServiceAccount.of(emulator).withKey("wrong")))
                .isInstanceOf(CompletionException.class);
        assertThat(emulator.journal().handshakesRefused()).isEqualTo(1);
        assertThat(emulator.journal().handshakes().get(0).status()).isEqualTo(401);
        assertThat(emulator.journal().connectionsOpen()).isZero();
    }

    @Test
    void delaysTheHandshakeAnswerIfConfigured() {
        long before = System.nanoTime();
        connect(OPTIONS.withHandshakeDelay(Duration.ofMillis(150)));
        assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
    }

    // Timers and pace

    @Test
    void anIdleConnectionIsClosed() {
        TestClient client = connect(OPTIONS.withIdleClose(Duration.ofMillis(100)));
        assertThat(client.awaitClosed()).isEqualTo(1000);
        assertThat(client.closeReason()).isEqualTo("Bye");
        await().until(() -> emulator.journal().connectionsClosed() == 1);
    }

    @Test
    void pingsAreAnsweredAndKeepNoConnectionAlive() {
        TestClient client = connect(OPTIONS.withIdleClose(Duration.ofMillis(300)));
        pingUntilClosed(client, Duration.ofMillis(600));
        assertThat(client.isClosed()).isTrue();
        assertThat(client.pongs()).isPositive();
    }

    @Test
    void pingsKeepAConnectionAliveIfConfigured() {
        TestClient client = connect(OPTIONS.withIdleClose(Duration.ofMillis(300)).withPings(Pings.PROLONGING));
        client.speak("Hi.");
        pingUntilClosed(client, Duration.ofMillis(600));
        assertThat(client.isClosed()).isFalse();
        assertThat(client.pongs()).isPositive();
        assertThat(client.awaitClosed()).isEqualTo(1000);
    }

    @Test
    void pingsAreNotAnsweredIfConfigured() {
        TestClient client = connect(OPTIONS.withPings(Pings.UNANSWERED));
        pingUntilClosed(client, Duration.ofMillis(100));
        assertThat(client.speak("Hi.").has("task-finished")).isTrue();
        assertThat(client.pongs()).isZero();
    }

    private static void pingUntilClosed(TestClient client, Duration atMost) {
        long begin = System.nanoTime();
        while (!client.isClosed() && System.nanoTime() - begin < atMost.toNanos()) {
            client.sendPing();
            client.within(Duration.ofMillis(30), client::isClosed);
        }
    }

    @Test
    void aConnectionIsIdleAgainAfterItsTask() {
        TestClient client = connect(OPTIONS.withIdleClose(Duration.ofMillis(100)).withRealTimeFactor(0.3));
        client.speak("Hello world, this takes longer than an idle connection is left open.");
        assertThat(client.has("task-finished")).isTrue();
        assertThat(client.awaitClosed()).isEqualTo(1000);
    }

    @Test
    void deliversAtTheConfiguredPace() {
        TestClient client = connect(OPTIONS.withRealTimeFactor(0.3).withFrameBytes(1600));
        client.speak("Hello world. How are you?");
        double took = (System.nanoTime() - emulator.journal().lastTask().firstAudioNanos()) / 1e9;
        double plays = client.audio().length / 32000.0;
        assertThat(took).isCloseTo(plays * 0.3, within(plays * 0.15));
    }

    @Test
    void delaysTheFirstAudioIfConfigured() {
        TestClient client = connect(OPTIONS.withFirstAudioDelay(Duration.ofMillis(150)));
        client.speak("Hello.");
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.firstAudioNanos() - task.runTaskNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
    }

    @Test
    void recordsTextBeforeTaskStarted() {
        TestClient client = connect(OPTIONS.withStartDelay(Duration.ofMillis(100)));
        client.speak("Hello.");
        assertThat(client.order().get(0)).isEqualTo("task-started");
        assertThat(client.has("task-finished")).isTrue();
        assertThat(emulator.journal().lastTask().earlyText()).isTrue();

        client.forget();
        String id = client.run(parameters());
        client.awaitEvent("task-started");
        client.text(id, "Hello.");
        client.finish(id);
        client.awaitEnd();
        assertThat(emulator.journal().lastTask().earlyText()).isFalse();
    }

    @Test
    void slowReaderCausesBackPressure() {
        emulator = Emulator.start(OPTIONS);
        TestClient client = TestClient.connectReading(emulator, 20);
        String id = client.run(parameters().put("sample_rate", 48000));
        for (int i = 0; i < 10; i++) {
            client.text(id, "字".repeat(10_000));
        }
        client.finish(id);
        // Of about 1.9 GB; the two sockets' buffers hold the sent part.
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(8)).until(this::bytesSent,
                new Unchanging()::matches);
        assertThat(bytesSent()).isLessThan(24 << 20);
        long before = bytesSent();
        client.readOn();
        await().until(() -> bytesSent() > before + (1 << 20));
        client.close();
        await().until(() -> emulator.journal().tasksAbandoned() == 1);
    }

    private long bytesSent() {
        return emulator.journal().lastTask().bytes();
    }

    /** Matches once two consecutive values are the same and above zero. */
    private static final class Unchanging {

        private long last;

        boolean matches(long value) {
            boolean same = value > 0 && value == last;
            last = value;
            return same;
        }
    }

    // Journal and lifecycle

    @Test
    void journalRecordsTasks() {
        TestClient client = connect();
        client.speak(parameters().put("seed", 7), "Hello ", "world.");
        Journal journal = emulator.journal();
        Journal.Task task = journal.lastTask();
        assertThat(task.connection()).isEqualTo(1);
        assertThat(task.model()).isEqualTo(MODEL);
        assertThat(task.parameters()).isEqualTo(parameters().put("seed", 7));
        assertThat(task.texts()).containsExactly("Hello ", "world.");
        assertThat(task.characters()).containsExactly(6, 6);
        assertThat(task.frames()).isEqualTo(client.frames().size());
        assertThat(task.bytes()).isEqualTo(client.audio().length);
        assertThat(task.handshakeNanos()).isLessThan(task.runTaskNanos());
        assertThat(task.runTaskNanos()).isLessThan(task.firstAudioNanos());
        assertThat(task.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(task.errorCode()).isNull();
        assertThat(journal.tasksRunning()).isZero();
        assertThat(journal.tasksFinished()).isEqualTo(1);
        assertThat(journal.handshakesAccepted()).isEqualTo(1);
        assertThat(journal.connectionsOpen()).isEqualTo(1);
        assertThat(journal.handshakes().get(0).headers()).containsEntry("x-dashscope-workspace", "test-workspace")
                .containsEntry("Authorization", "Bearer emulator-key");
    }

    @Test
    void journalRecordsCancelledTasks() {
        TestClient client = connect(OPTIONS.withRealTimeFactor(0.5));
        String id = client.run(parameters());
        client.text(id, "Hi. Hello world, how are you today?");
        client.awaitEvent("sentence-end");
        client.cancel(id);
        client.awaitEnd();
        Journal journal = emulator.journal();
        assertThat(journal.lastTask().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(journal.lastTask().cancelNanos()).isGreaterThan(journal.lastTask().firstAudioNanos());
        assertThat(List.of(journal.tasksCancelled(), journal.tasksFinished(), journal.tasksRunning()))
                .containsExactly(1, 0, 0);
        assertThat(client.usage()).isEqualTo(4);
    }

    @Test
    void disconnectAbandonsTheTask() {
        TestClient client = connect();
        client.run(parameters());
        client.awaitEvent("task-started");
        client.close();
        await().until(() -> emulator.journal().tasksAbandoned() == 1);
        assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(emulator.journal().connectionsOpen()).isZero();
    }

    @Test
    void closeIsIdempotentAndFinal() {
        TestClient client = connect();
        client.run(parameters());
        emulator.close();
        emulator.close();
        client.awaitClosed();
        assertThatThrownBy(() -> TestClient.connect(emulator)).isInstanceOf(CompletionException.class);
    }

    @Test
    void reportsWhyItCannotListen() {
        emulator = Emulator.start();
        EmulatorOptions taken = OPTIONS.withPort(emulator.port());
        assertThatThrownBy(() -> Emulator.start(taken)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(String.valueOf(emulator.port()));
    }

    @Test
    void negotiatesNoCompression() {
        emulator = Emulator.start();
        try (var raw = RawClient.connect(emulator, "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(raw.response()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("extensions");
        }
    }

    @Test
    void audioOfRejectsInvalidRequests() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Emulator.audioOf(MODEL, parameters().put("volume", 200), "Hello."))
                .withMessageContaining("volume");
    }

    private static void assertFailure(TestClient client, String code, String message) {
        JsonObject failure = client.failure();
        assertThat(failure.getString("error_code")).isEqualTo(code);
        assertThat(failure.getString("error_message")).isEqualTo(message);
    }
}
