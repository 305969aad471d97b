package dev.warmvoice.lambda;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static dev.warmvoice.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged process as a function with response streaming, without a layer: what clients and the platform receive. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class LambdaStreamingIT {

    private static final JsonObject SPEECH = new JsonObject().put("input", SENTENCE);
    private static final JsonObject LONG_SPEECH = new JsonObject().put("input", STORY);

    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
    private final Map<String, String> settings = LambdaInstance.settings(emulator);
    private LambdaInstance function;

    @AfterEach
    void thePlatformObjectedToNothing() {
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
        function = LambdaInstance.startStreaming(settings);
    }

    private StreamedAnswer speak(JsonObject body) throws Exception {
        return function.whole(FunctionUrlEvent.speech(body));
    }

    private void assertServes() throws Exception {
        StreamedAnswer answer = speak(SPEECH).complete(200);
        assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @Test
    void sendsAudioWhileItIsSpoken() throws Exception {
        start();
        emulator.faults().next(new Fault.Pacing(0.1));
        StreamedAnswer answer = function.stream(FunctionUrlEvent.speech(LONG_SPEECH));
        await().until(() -> answer.body().length > 0);
        assertThat(emulator.journal().tasksRunning()).as("synthesis still runs").isEqualTo(1);
        function.awaitIdle();
        answer.complete(200);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(answer.header("Content-Type")).contains("audio/mpeg");
        assertThat(answer.header("X-Request-Id")).contains(task.taskId());
        assertThat(answer.body()).isEqualTo(Emulator.audioOf(task));
        assertThat(function.artifact().log()).containsOnlyOnce("AWS Lambda, with response streaming");
    }

    @Test
    void sendsEventsWhileTheyCome() throws Exception {
        start();
        emulator.faults().next(new Fault.Pacing(0.1));
        StreamedAnswer answer = function
                .stream(FunctionUrlEvent.speech(LONG_SPEECH.copy().put("stream_format", "sse")));
        await().until(() -> text(answer).contains("speech.audio.delta"));
        assertThat(emulator.journal().tasksRunning()).as("synthesis still runs").isEqualTo(1);
        function.awaitIdle();
        assertThat(text(answer.complete(200))).contains("speech.audio.done");
        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/event-stream");
    }

    private static String text(StreamedAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** A buffered answer may have at most 4.7 MB of audio. */
    @Test
    void sendsMoreThanABufferedAnswerHolds() throws Exception {
        start();
        StreamedAnswer answer = speak(new JsonObject().put("input", STORY.repeat(12))
                .put("response_format", "pcm").put("sample_rate", 48_000)).complete(200);
        assertThat(answer.body()).hasSizeGreaterThan(6_000_000)
                .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"input\":\"a\",\"sample_rate\":12345};sample_rate",
            "{\"input\":\"\"};input", "{\"input\":;", "'';"})
    void anErrorBeforeTheFirstByteIsAStatus(String body, String field) throws Exception {
        start();
        StreamedAnswer answer = function.whole(FunctionUrlEvent.post("/v1/audio/speech", body)).complete(400);
        assertThat(answer.json().getJsonObject("error").getString("param")).isEqualTo(field);
        assertThat(emulator.journal().tasks()).isEmpty();
        assertServes();
    }

    @Test
    void aFailureOfTheServiceBeforeTheFirstByteIsAStatus() throws Exception {
        settings.put("warmvoice.dashscope.api-key", "sk-revoked");
        start();
        StreamedAnswer answer = speak(SPEECH).complete(502);
        assertThat(answer.json().getJsonObject("error").getString("code")).isEqualTo("upstream_auth");
    }

    @Test
    void audioThatBreaksOffEndsWithAnErrorAndNeverAsComplete() throws Exception {
        start();
        emulator.faults().next(new Fault.CloseFrame(1011, 3));
        LambdaInvocation invocation = function.api()
                .queue(FunctionUrlEvent.speech(LONG_SPEECH).toJson().encode());
        assertThat(LambdaInstance.await(invocation.outcome()).kind()).isEqualTo(LambdaInvocation.Kind.BROKEN_OFF);
        StreamedAnswer answer = invocation.streamed();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.errorType()).contains("Warmvoice.Incomplete");
        assertThat(answer.errorBody().orElseThrow().getString("errorMessage")).isEqualTo("The answer is not complete.");
        byte[] whole = Emulator.audioOf(emulator.journal().lastTask());
        assertThat(answer.body()).hasSizeBetween(1, whole.length - 1)
                .isEqualTo(Arrays.copyOf(whole, answer.body().length));
        assertServes();
    }

    @Test
    void aClientThatLeavesStopsItsTask() throws Exception {
        start();
        emulator.faults().next(new Fault.Pacing(1));
        StreamedAnswer answer = function.stream(FunctionUrlEvent.speech(LONG_SPEECH));
        await().until(() -> answer.body().length > 0);
        answer.leave();
        await().atMost(Duration.ofSeconds(2)).until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED, Journal.Outcome.ABANDONED);
        assertServes();
    }

    @Test
    void aClientThatReadsSlowlyFillsNoMemory() throws Exception {
        start();
        StreamedAnswer answer = function.stream(FunctionUrlEvent.speech(new JsonObject().put("input", STORY.repeat(20))
                .put("response_format", "pcm").put("sample_rate", 48_000)));
        answer.status();
        answer.pause();
        long received = answer.body().length;
        Journal.Task task = emulator.journal().lastTask();
        long whole = Emulator.audioOf(task).length;
        await().during(Duration.ofMillis(500)).until(() -> emulator.journal().tasksRunning() == 1);
        // What the sockets hold is far less than the audio.
        assertThat(whole - received).isGreaterThan(20_000_000);
        answer.resume();
        function.awaitIdle();
        assertThat(answer.complete(200).body()).hasSize((int) whole);
    }

    @Test
    void theDeadlineOfTheFunctionComesBeforeTheFirstByte() throws Exception {
        function = LambdaInstance.startStreaming(settings, Duration.ofSeconds(2));
        emulator.faults().next(new Fault.FirstAudioDelay(Duration.ofSeconds(8)));
        StreamedAnswer answer = speak(SPEECH).complete(504);
        assertThat(answer.json().getJsonObject("error").getString("message"))
                .isEqualTo("There was no answer before the function's timeout.");
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertServes();
    }

    @Test
    void theDeadlineOfTheFunctionCutsTheAudioOff() throws Exception {
        function = LambdaInstance.startStreaming(settings, Duration.ofSeconds(2));
        emulator.faults().next(new Fault.Pacing(1));
        LambdaInvocation invocation = function.api()
                .queue(FunctionUrlEvent.speech(LONG_SPEECH).toJson().encode());
        assertThat(LambdaInstance.await(invocation.outcome()).kind()).isEqualTo(LambdaInvocation.Kind.BROKEN_OFF);
        assertThat(invocation.streamed().errorType()).contains("Warmvoice.Timeout");
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1]", "\"xylophonic\"", "{\"version\":\"2.0\",\"headers\":null}",
            "{\"headers\":{\"accept\":[\"xylophonic\"]}}", "{\"body\":{\"input\":\"xylophonic\"}}",
            "{\"version\":\"0\",\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\",\"detail\":{}}"})
    void answersAnEventWithoutARequest(String event) throws Exception {
        start();
        LambdaInvocation invocation = function.api().queue(event);
        LambdaInstance.await(invocation.outcome());
        StreamedAnswer answer = invocation.streamed().complete(400);
        assertThat(answer.json().getJsonObject("error").getString("message")).contains("Function URL");
        assertThat(function.artifact().log()).doesNotContain("xylophonic");
        assertServes();
    }

    /** As a hand-written event may have it; no HTTP request can. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"method\":\"GET\",\"path\":\"/v1/mo dels\"};{}",
            "{\"method\":\"G T\",\"path\":\"/v1/models\"};{}",
            "{\"method\":\"GET\",\"path\":\"v1\"};{}", "{\"method\":\"GET\",\"path\":\"\"};{}",
            "{\"method\":\"GET\",\"path\":\"/v1/models\"};{\"accept\":null}",
            "{\"method\":\"GET\",\"path\":\"/v1/models\"};{\"accept\":\"a\\nb\"}",
            "{\"method\":\"GET\",\"path\":\"/v1/models\"};{\"a b\":\"c\"}"})
    void answersAnEventThatIsNoPossibleRequest(String callAndHeaders) throws Exception {
        start();
        String[] parts = callAndHeaders.split(";");
        LambdaInvocation invocation = function.api().queue(new JsonObject()
                .put("requestContext", new JsonObject().put("http", new JsonObject(parts[0])))
                .put("headers", new JsonObject(parts[1])).encode());
        assertThat(invocation.outcome()).succeedsWithin(Duration.ofSeconds(5))
                .extracting(LambdaInvocation.Outcome::kind).isEqualTo(LambdaInvocation.Kind.RESPONSE);
        assertThat(invocation.streamed().status()).isBetween(200, 499);
        assertServes();
    }

    @Test
    void acceptsABodyInBase64() throws Exception {
        start();
        function.whole(FunctionUrlEvent.speech(new JsonObject().put("input", "早上好.")).inBase64()).complete(200);
        assertThat(emulator.journal().lastTask().texts()).containsExactly("早上好.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "//v1/models", "/v1/audio/voices", "/q/health/ready"})
    void servesOtherRoutes(String path) throws Exception {
        start();
        await().untilAsserted(() -> assertThat(function.whole(FunctionUrlEvent.get(path).withQuery("a=b")).complete(200)
                .header("Content-Type").orElseThrow()).startsWith("application/json"));
    }

    @Test
    void requiresAConfiguredToken() throws Exception {
        settings.put("warmvoice.auth.tokens", "a-token");
        start();
        assertThat(speak(SPEECH).complete(401).header("WWW-Authenticate")).isPresent();
        assertThat(emulator.journal().tasks()).isEmpty();
        function.whole(FunctionUrlEvent.speech(SPEECH).withToken("a-token")).complete(200);
    }

    @Test
    void servesAfterFreezesInWhichItsConnectionsBreak() throws Exception {
        start();
        for (int i = 0; i < 12; i++) {
            Cut cut = i % 4 == 3 ? null : Cut.values()[i % Cut.values().length];
            function.awaitIdle();
            function.artifact().freeze();
            if (cut != null) {
                emulator.cutIdle(cut);
            }
            pause(Duration.ofMillis(i % 2 == 0 ? 50 : 2500));
            function.artifact().thaw();
            assertServes();
        }
        assertThat(function.api().responses()).isEqualTo(12);
    }

    @Test
    void listensForItselfOnly() throws Exception {
        start();
        for (int port : function.artifact().listeningPorts()) {
            try (Socket other = new Socket()) {
                assertThatThrownBy(() -> other.connect(new InetSocketAddress("127.0.0.2", port)))
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void exitsWhenTheRuntimeApiIsUnreachable() throws Exception {
        start();
        function.api().close();
        assertThat(function.artifact().awaitEnd(Duration.ofSeconds(5))).isNotZero();
        await().until(() -> emulator.journal().connectionsOpen() == 0);
    }

    @Test
    void endsOnSigterm() throws Exception {
        start();
        function.artifact().terminate();
        assertThat(function.artifact().awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
        assertThat(function.artifact().log()).doesNotContain("ERROR");
    }

    @Test
    void doesNotStartWithAnUnknownInvokeMode() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("WARMVOICE_LAMBDA_INVOKE_MODE", "STREAM"));
        try (Artifact artifact = Artifact.launch(settings, environment)) {
            assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isNotZero();
            assertThat(artifact.log()).contains("warmvoice.lambda.invoke-mode").contains("must be one of");
        }
    }
}
