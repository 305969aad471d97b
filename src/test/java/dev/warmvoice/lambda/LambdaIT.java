package dev.warmvoice.lambda;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The binary as an AWS Lambda function: answers to clients, and calls to the Runtime API. */
@EnabledOnOs(OS.LINUX)
class LambdaIT {

    private static final String MODEL = "cosyvoice-v3-flash";

    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
    private final Map<String, String> settings = LambdaInstance.settings(emulator);
    private LambdaInstance function;

    @BeforeAll
    static void onlyTheBinaryPollsForEvents() throws IOException {
        assumeTrue(Artifact.isNative(), "on a JVM, Quarkus polls for events in dev mode and in tests only");
    }

    @AfterEach
    void noErrorWasPosted() {
        try {
            if (function != null) {
                function.assertNoObjections();
            }
        } finally {
            if (function != null) {
                function.close();
            }
            emulator.close();
        }
    }

    private void start() throws Exception {
        function = LambdaInstance.start(settings);
    }

    @Test
    void answersTheEventThatItIsStartedFor() throws Exception {
        LambdaRuntimeApi api = LambdaInstance.runtimeApi();
        CompletableFuture<LambdaInvocation.Outcome> waiting = api
                .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", SENTENCE)).toJson());
        function = LambdaInstance.launch(api, settings);
        FunctionUrlAnswer answer = LambdaInstance.answer(waiting);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        function.awaitIdle();
        assertThat(function.artifact().log()).containsOnlyOnce("AWS Lambda");
        assertThat(function.artifact().listeningPorts()).as("listening ports").isEmpty();
        assertThat(emulator.journal().handshakesAttempted()).as("handshakes of a pool of one").isEqualTo(1);
    }

    @Test
    void sendsTheHeadersOfHttp() throws Exception {
        start();
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.base64()).isTrue();
        assertThat(answer.header("Content-Type")).contains("audio/mpeg");
        Journal.Task task = emulator.journal().lastTask();
        assertThat(answer.header("X-Request-Id")).contains(task.taskId());
        assertThat(answer.header("X-Connection").orElseThrow()).isIn("warm", "fresh");
        assertThat(answer.header("Server-Timing").orElseThrow())
                .matches("acquire;dur=[\\d.]+, connect;dur=[\\d.]+, first-audio;dur=[\\d.]+");
        assertThat(task.texts()).containsExactly(SENTENCE);
        assertThat(answer.body()).isEqualTo(Emulator.audioOf(task));
    }

    @Test
    void requiresAConfiguredToken() throws Exception {
        settings.put("warmvoice.auth.tokens", "marked-token,other");
        settings.put("warmvoice.auth.streams-per-token", "1");
        settings.put("quarkus.log.level", "ALL");
        settings.put("quarkus.log.min-level", "ALL");
        start();
        JsonObject call = new JsonObject().put("input", SENTENCE);
        for (FunctionUrlEvent event : List.of(FunctionUrlEvent.speech(call), FunctionUrlEvent.get("/v1/models"),
                FunctionUrlEvent.speech(call).withToken("marked-token-of-another"))) {
            FunctionUrlAnswer refused = function.answer(event);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).contains("Bearer");
            assertThat(refused.error().getString("code")).isEqualTo("invalid_api_key");
        }
        assertThat(emulator.journal().tasks()).isEmpty();
        for (int i = 0; i < 3; i++) {
            FunctionUrlAnswer answer = function.answer(FunctionUrlEvent.speech(call).withToken("marked-token"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        }
        assertThat(function.answer(FunctionUrlEvent.get("/q/health/live")).status()).isEqualTo(200);
        assertThat(function.artifact().log()).contains("DEBUG").doesNotContain("marked-token");
    }

    @Test
    void doesNotStartWithAnInvalidToken() throws Exception {
        settings.put("warmvoice.auth.tokens", "a-secret,");
        try (LambdaInstance instance = LambdaInstance.launch(LambdaInstance.runtimeApi(), settings)) {
            assertThat(instance.artifact().awaitEnd(Duration.ofSeconds(10))).isNotZero();
            assertThat(instance.artifact().log()).contains("Entry 2 of warmvoice.auth.tokens is blank")
                    .doesNotContain("a-secret");
        }
    }

    @ParameterizedTest
    @CsvSource({"mp3,audio/mpeg", "wav,audio/wav", "pcm,audio/pcm", "opus,audio/ogg"})
    void deliversEveryFormat(String format, String mediaType) throws Exception {
        start();
        FunctionUrlAnswer answer = function
                .speak(new JsonObject().put("input", SENTENCE).put("response_format", format));
        assertThat(answer.header("Content-Type")).contains(mediaType);
        byte[] expected = Emulator.audioOf(emulator.journal().lastTask());
        if (format.equals("wav")) {
            // The service does not know the sizes when it sends the header; a whole file has them.
            ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putInt(4, expected.length - 8)
                    .putInt(40, expected.length - 44);
        }
        assertThat(answer.body()).isEqualTo(expected).hasSizeGreaterThan(2000);
    }

    @Test
    void acceptsABodyInBase64() throws Exception {
        start();
        String text = "Good morning, 早上好.";
        FunctionUrlAnswer answer = function
                .answer(FunctionUrlEvent.speech(new JsonObject().put("input", text)).inBase64());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(emulator.journal().lastTask().texts()).containsExactly(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"input\":\"a\",\"sample_rate\":12345};sample_rate",
            "{\"input\":\"\"};input", "{\"input\":\"a\",\"response_format\":\"aac\"};response_format",
            "{\"input\":;", "'';"})
    void errorNamesTheInvalidField(String body, String field) throws Exception {
        start();
        FunctionUrlAnswer answer = function.answer(FunctionUrlEvent.post("/v1/audio/speech", body));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.base64()).as("JSON is text").isFalse();
        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(answer.error().getString("type")).isEqualTo("invalid_request_error");
        assertThat(answer.error().getString("message")).isNotBlank();
        assertThat(answer.error().getString("param")).isEqualTo(field);
        assertThat(emulator.journal().tasks()).isEmpty();
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).as("afterwards").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/v1/models,data", "/v1/models/cosyvoice-v2,owned_by", "/v1/audio/voices,data", "/q/health,status",
            "/q/health/live,status", "/q/health/ready,status"})
    void servesOtherRoutes(String path, String field) throws Exception {
        start();
        await().untilAsserted(() -> {
            FunctionUrlAnswer answer = function.answer(FunctionUrlEvent.get(path));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.base64()).isFalse();
            assertThat(answer.header("Content-Type").orElseThrow()).startsWith("application/json");
            assertThat(answer.json().getValue(field)).isNotNull();
        });
    }

    @Test
    void answersUnknownPathsInTheSameForm() throws Exception {
        start();
        for (String path : List.of("/", "/v1/audio/nothing", "/v1/models/whisper-1", "/q/metrics/nothing")) {
            FunctionUrlAnswer answer = function.answer(FunctionUrlEvent.get(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.error().getString("type")).as(path).isEqualTo("invalid_request_error");
        }
        FunctionUrlAnswer wrongMethod = function.answer(FunctionUrlEvent.get("/v1/audio/speech"));
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.error().getString("type")).isEqualTo("invalid_request_error");
    }

    /** A keep-warm schedule sends such events, and so does a test in the console. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"key1\":\"value1\"}", "{\"version\":\"2.0\",\"headers\":null}",
            "{\"version\":\"0\",\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\",\"detail\":{}}"})
    void answersAnEventWithoutARequest(String event) throws Exception {
        start();
        FunctionUrlAnswer answer = LambdaInstance.answer(function.api().invoke(new JsonObject(event)));
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.error().getString("message")).isNotBlank();
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).as("afterwards").isEqualTo(200);
    }

    /** The function stays available after such an event, and the log does not repeat its content. */
    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"xylophonic\"", "{\"headers\":{\"accept\":[\"xylophonic\"]}}",
            "{\"isBase64Encoded\":\"xylophonic\"}", "{\"body\":{\"input\":\"xylophonic\"}}"})
    void survivesAnUnreadableEvent(String event) throws Exception {
        try (LambdaInstance instance = LambdaInstance.start(settings)) {
            CompletableFuture<LambdaInvocation.Outcome> outcome = instance.api().invoke(event);
            assertThat(outcome).succeedsWithin(Duration.ofSeconds(2)).extracting(LambdaInvocation.Outcome::kind)
                    .isIn(LambdaInvocation.Kind.RESPONSE, LambdaInvocation.Kind.ERROR);
            CompletableFuture<LambdaInvocation.Outcome> next = instance
                    .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", SENTENCE)));
            assertThat(next).as("the next event").succeedsWithin(Duration.ofSeconds(2));
            assertThat(LambdaInstance.answer(next).status()).isEqualTo(200);
            assertThat(instance.artifact().log()).doesNotContain("xylophonic");
        }
    }

    /** A function that cannot poll is useless; Lambda replaces an instance that has exited. */
    @Test
    void exitsWhenTheRuntimeApiIsUnreachable() throws Exception {
        start();
        function.api().close();
        assertThat(function.artifact().awaitEnd(Duration.ofSeconds(5))).isNotZero();
        await().until(() -> emulator.journal().connectionsOpen() == 0);
    }

    @Test
    void reportsARejectedKey() throws Exception {
        settings.put("warmvoice.dashscope.api-key", "sk-revoked");
        start();
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().getString("code")).isEqualTo("upstream_auth");
        assertThat(answer.error().encode() + function.artifact().log()).doesNotContain("sk-revoked");
    }

    @Test
    void reportsAnUnreachableService() throws Exception {
        settings.put("warmvoice.dashscope.url", "ws://127.0.0.1:" + Artifact.freePort() + "/");
        start();
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.error().getString("code")).isEqualTo("upstream_unavailable");
        assertThat(answer.header("Retry-After")).isPresent();
    }

    /** The function has not sent anything when the audio breaks off, so it can still answer with an error. */
    @Test
    void truncatedAudioGivesAnErrorOnly() throws Exception {
        start();
        emulator.faults().next(new Fault.CloseFrame(1011, 3));
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", SENTENCE + STORY));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().getString("type")).isEqualTo("server_error");
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).as("afterwards").isEqualTo(200);
    }

    /** Base64 adds a third to the audio, and the JSON of the answer comes on top. */
    @Test
    void postsAnswersUpToTheSizeLimitOnly() throws Exception {
        start();
        // Each sentence has its own length, so that a small change of speed shortens the audio a little.
        String text = IntStream.rangeClosed(1, 12).mapToObj(i -> "The train from platform " + i + " leaves "
                + "later, ".repeat(i) + "at " + i + ".").collect(Collectors.joining(" "));
        double whole = Emulator.audioOf(MODEL, parameters(1), text).length;
        List<Integer> carried = new ArrayList<>();
        List<Integer> refused = new ArrayList<>();
        for (int wanted = 4_724_000; wanted > 4_710_000; wanted -= 700) {
            double speed = whole / wanted;
            byte[] audio = Emulator.audioOf(MODEL, parameters(speed), text);
            FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", text).put("speed", speed)
                    .put("response_format", "pcm").put("sample_rate", 48_000));
            if (answer.status() == 200) {
                assertThat(answer.body()).isEqualTo(audio);
                carried.add(audio.length);
            } else {
                assertThat(answer.status()).isEqualTo(413);
                refused.add(audio.length);
            }
        }
        assertThat(carried).isNotEmpty();
        assertThat(refused).isNotEmpty().allMatch(size -> 4L * size / 3 > LambdaRuntimeApi.MAX_RESPONSE_BYTES - 10_000);
    }

    private static JsonObject parameters(double rate) {
        return new JsonObject().put("voice", "longanyang").put("format", "pcm").put("sample_rate", 48_000)
                .put("rate", rate).put("volume", 50).put("pitch", 1.0);
    }

    @Test
    void rejectsOversizedAudioEarly() throws Exception {
        start();
        FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", STORY.repeat(12))
                .put("response_format", "pcm").put("sample_rate", 48_000));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error().getString("message")).containsPattern("\\d ?(MB|MiB|bytes)")
                .containsIgnoringCase("stream");
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED, Journal.Outcome.ABANDONED);
        assertThat(answer.header("X-Request-Id")).as("as over HTTP").contains(emulator.journal().lastTask().taskId());
        // The whole audio would be about 30 MB.
        assertThat(emulator.journal().lastTask().bytes()).isLessThan(12_000_000);
        assertThat(emulator.journal().connectionsClosed()).isLessThanOrEqualTo(1);
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).body())
                .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @Test
    void answersBeforeThePlatformTimeout() throws Exception {
        settings.put("warmvoice.lambda.time-limit", "1s");
        start();
        emulator.faults().next(new Fault.Pacing(1));
        CompletableFuture<LambdaInvocation.Outcome> outcome = function
                .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", STORY)));
        FunctionUrlAnswer answer = LambdaInstance.answer(outcome);
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.error().getString("message")).isNotBlank();
        assertThat(answer.header("X-Request-Id")).as("as over HTTP").contains(emulator.journal().lastTask().taskId());
        assertThat(outcome.join().took()).isBetween(Duration.ofMillis(950), Duration.ofMillis(2500));
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED, Journal.Outcome.ABANDONED);
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).as("afterwards").isEqualTo(200);
    }

    /** With the default time limit, which is longer. */
    @Test
    void answersBeforeTheDeadlineOfTheInvocation() throws Exception {
        function = LambdaInstance.start(settings, Duration.ofSeconds(2));
        for (int i = 0; i < 2; i++) {
            emulator.faults().next(new Fault.Pacing(1));
            FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", STORY));
            assertThat(answer.status()).isEqualTo(504);
            await().until(() -> emulator.journal().tasksRunning() == 0);
        }
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).as("afterwards").isEqualTo(200);
    }

    @Test
    void severalInstancesServeTheirOwnClients() throws Exception {
        start();
        try (LambdaInstance other = LambdaInstance.start(settings)) {
            List<LambdaInstance> instances = List.of(function, other);
            for (int round = 0; round < 20; round++) {
                List<CompletableFuture<LambdaInvocation.Outcome>> outcomes = new ArrayList<>();
                for (LambdaInstance each : instances) {
                    outcomes.add(each.invoke(FunctionUrlEvent.speech(new JsonObject().put("input",
                            "This is client " + round + " of instance " + instances.indexOf(each) + "."))));
                }
                for (int i = 0; i < instances.size(); i++) {
                    FunctionUrlAnswer answer = LambdaInstance.answer(outcomes.get(i));
                    assertThat(answer.status()).isEqualTo(200);
                    Journal.Task task = task(answer.header("X-Request-Id").orElseThrow());
                    assertThat(task.texts()).containsExactly("This is client " + round + " of instance " + i + ".");
                    assertThat(answer.body()).isEqualTo(Emulator.audioOf(task));
                }
            }
            assertThat(emulator.journal().handshakesAttempted()).as("connections of two instances").isEqualTo(2);
            assertThat(other.api().errors()).isEmpty();
            assertThat(other.api().refused()).isEmpty();
        }
    }

    @Test
    void exitsAtOnceWhileIdle() throws Exception {
        start();
        assertThat(function.speak(new JsonObject().put("input", SENTENCE)).status()).isEqualTo(200);
        function.awaitIdle();
        long begin = System.nanoTime();
        function.artifact().terminate();
        assertThat(function.artifact().awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
        await().until(() -> emulator.journal().connectionsOpen() == 0);
    }

    /**
     * Lambda never sends SIGTERM during an invocation. Even so, the function never posts a truncated answer; which
     * other outcome the client gets depends on how far the extension's shutdown is.
     */
    @Test
    void exitsDuringAnInvocation() throws Exception {
        try (LambdaInstance instance = LambdaInstance.start(settings)) {
            emulator.faults().next(new Fault.Pacing(0.5));
            CompletableFuture<LambdaInvocation.Outcome> outcome = instance
                    .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", STORY)));
            await().until(() -> emulator.journal().tasksStarted() == 1);
            instance.artifact().terminate();
            assertThat(instance.artifact().awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
            await().until(() -> emulator.journal().connectionsOpen() == 0);
            assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED,
                    Journal.Outcome.ABANDONED);
            if (outcome.isDone() && outcome.join().kind() == LambdaInvocation.Kind.RESPONSE) {
                assertThat(LambdaInstance.answer(outcome).status()).isEqualTo(503);
            }
        }
    }

    @Test
    void leaksNoTextOrKey() throws Exception {
        String marker = "xylophonic";
        settings.put("quarkus.log.level", "ALL");
        settings.put("warmvoice.task.first-audio-timeout", "1s");
        start();
        StringBuilder seen = new StringBuilder();
        JsonObject request = new JsonObject().put("input", "The word is " + marker + ".");
        for (Fault fault : List.of(new Fault.FrameBytes(4000), new Fault.Garbage(), new Fault.Silence(),
                new Fault.FailBeforeAudio("InternalError", "I do not like " + marker), new Fault.CloseFrame(1011, 1))) {
            emulator.faults().next(fault, 2);
            FunctionUrlAnswer answer = function.speak(request);
            seen.append(answer.headers()).append(answer.base64() ? "" : new String(answer.body()));
            emulator.faults().clear();
        }
        for (String body : List.of("{\"input\":\"" + marker, marker, "{\"seed\":\"" + marker + "\"}")) {
            seen.append(new String(function.answer(FunctionUrlEvent.post("/v1/audio/speech", body)).body()));
        }
        function.awaitIdle();
        function.artifact().terminate();
        function.artifact().awaitEnd(Duration.ofSeconds(5));
        seen.append(function.artifact().log());
        assertThat(seen.toString()).contains("DEBUG").contains("upstream");
        assertThat(seen.toString()).doesNotContain(marker).doesNotContain(EmulatorOptions.DEFAULT_API_KEY);
    }

    private Journal.Task task(String id) {
        return emulator.journal().task(id);
    }
}
