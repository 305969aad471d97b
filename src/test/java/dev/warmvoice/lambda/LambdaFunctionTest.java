package dev.warmvoice.lambda;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.EmulatorResource;
import dev.warmvoice.testing.ObservedOutput;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The function behind a function URL, from event to answer. */
@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.lambda.time-limit", value = "3s"),
        @ResourceArg(name = "warmvoice.captions.keep", value = "1m"),
        @ResourceArg(name = "warmvoice.task.first-audio-timeout", value = "20s"),
        @ResourceArg(name = "warmvoice.task.stall-timeout", value = "20s")})
class LambdaFunctionTest {

    private final HttpClient client = HttpClient.newHttpClient();

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    @BeforeEach
    void reset() {
        emulator.faults().clear();
    }

    @AfterEach
    void awaitNoRunningTasks() {
        await().until(() -> emulator.journal().tasksRunning() == 0);
    }

    @Test
    void speaks() throws Exception {
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.getInteger("statusCode")).isEqualTo(200);
        assertThat(answer.getBoolean("isBase64Encoded")).isTrue();
        Journal.Task task = emulator.journal().lastTask();
        assertThat(Base64.getDecoder().decode(answer.getString("body"))).isEqualTo(Emulator.audioOf(task));
        assertThat(answer.getJsonObject("headers").getMap()).containsEntry("Content-Type", "audio/mpeg")
                .containsEntry("X-Request-Id", task.taskId()).containsKey("Server-Timing")
                .hasEntrySatisfying("X-Connection", warm -> assertThat(warm).isIn("warm", "fresh"));
    }

    @Test
    void aWholeWavFileHasItsSizes() throws Exception {
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE).put("response_format", "wav"));
        byte[] file = Base64.getDecoder().decode(answer.getString("body"));
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(4)).isEqualTo(file.length - 8);
        assertThat(header.getInt(40)).isEqualTo(file.length - 44);
    }

    @Test
    void readsACompressedBody() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
            stream.write(new JsonObject().put("input", SENTENCE).encode().getBytes(StandardCharsets.UTF_8));
        }
        JsonObject event = FunctionUrlEvent.speech(new JsonObject()).toJson();
        event.getJsonObject("headers").put("content-encoding", "gzip");
        event.put("body", Base64.getEncoder().encodeToString(zipped.toByteArray())).put("isBase64Encoded", true);
        assertThat(invoke(event).getInteger("statusCode")).isEqualTo(200);
    }

    @Test
    void answersWithCaptions() throws Exception {
        JsonObject speech = speak(new JsonObject().put("input", SENTENCE).put("timestamps", true));
        String path = "/v1/audio/speech/" + speech.getJsonObject("headers").getString("X-Request-Id") + "/captions.vtt";
        JsonObject captions = invoke(FunctionUrlEvent.get(path).toJson());
        assertThat(captions.getInteger("statusCode")).isEqualTo(200);
        assertThat(captions.getString("body")).startsWith("WEBVTT").contains("Your train leaves at nine.");
    }

    @Test
    void otherOriginsStartNoTask() throws Exception {
        int tasks = emulator.journal().tasksStarted();
        JsonObject call = new JsonObject().put("input", SENTENCE);
        for (String[] header : new String[][]{{"origin", "https://elsewhere.example"}, {"Origin", "null"},
                {"sec-fetch-site", "cross-site"}}) {
            JsonObject event = FunctionUrlEvent.speech(call).toJson();
            event.getJsonObject("headers").put(header[0], header[1]);
            JsonObject answer = invoke(event);
            assertThat(answer.getInteger("statusCode")).isEqualTo(403);
            assertThat(answer.getString("body")).contains("\"cross_origin\"");
        }
        assertThat(emulator.journal().tasksStarted()).isEqualTo(tasks);
        JsonObject own = FunctionUrlEvent.speech(call).toJson();
        own.getJsonObject("headers").put("origin", "https://" + own.getJsonObject("headers").getString("host"));
        assertThat(invoke(own).getInteger("statusCode")).isEqualTo(200);
    }

    @Test
    void acceptsABodyInBase64() throws Exception {
        String body = new JsonObject().put("input", "早上好。").encode();
        JsonObject event = event("POST", "/v1/audio/speech", "application/json", null)
                .put("body", Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)))
                .put("isBase64Encoded", true);
        assertThat(invoke(event).getInteger("statusCode")).isEqualTo(200);
        assertThat(emulator.journal().lastTask().texts()).containsExactly("早上好。");
    }

    @Test
    void returnsServerSentEventsInOneAnswer() throws Exception {
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE).put("stream_format", "sse"));
        assertThat(answer.getJsonObject("headers").getString("Content-Type")).isEqualTo("text/event-stream");
        assertThat(new String(Base64.getDecoder().decode(answer.getString("body")), StandardCharsets.UTF_8))
                .startsWith("data: {\"type\":\"speech.audio.delta\"").contains("speech.audio.done").endsWith("}\n\n");
    }

    @ParameterizedTest
    @MethodSource
    void answersAsOverHttp(String method, String path, String contentType, String body) throws Exception {
        JsonObject answer = invoke(event(method, path, contentType, body));
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).method(method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<String> http = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.getInteger("statusCode")).isEqualTo(http.statusCode());
        assertThat(answer.getString("body")).isEqualTo(http.body());
        assertThat(answer.getBoolean("isBase64Encoded")).isFalse();
        assertThat(http.headers().firstValue("Content-Type").orElseThrow())
                .startsWith(answer.getJsonObject("headers").getString("Content-Type"));
    }

    static Stream<Arguments> answersAsOverHttp() {
        String json = "application/json";
        String speech = "/v1/audio/speech";
        return Stream.of(
                Arguments.of("GET", "/v1/models", null, null),
                Arguments.of("GET", "/v1/models/cosyvoice-v2", null, null),
                Arguments.of("GET", "/v1/models/cosyvoice-v9", null, null),
                Arguments.of("GET", "/v1/audio/voices", null, null),
                Arguments.of("GET", "/v1/nothing", null, null),
                Arguments.of("GET", "/initialize", null, null),
                Arguments.of("GET", speech, null, null),
                Arguments.of("POST", "/v1/models", json, "{}"),
                Arguments.of("POST", speech, "application/x-www-form-urlencoded", "{\"input\":\"a\"}"),
                Arguments.of("POST", speech, "nonsense", "{\"input\":\"a\"}"),
                Arguments.of("POST", speech, json, ""),
                Arguments.of("POST", speech, json, "{"),
                Arguments.of("POST", speech, json, "[]"),
                Arguments.of("POST", speech, json, "{}"),
                Arguments.of("POST", speech, json + "; charset=utf-8", "{\"input\":1}"),
                Arguments.of("POST", speech, json, "{\"input\":\"a\",\"speed\":9}"),
                Arguments.of("POST", speech, json, "{\"input\":\"a\",\"response_format\":\"aac\"}"),
                Arguments.of("POST", speech, null, "{\"input\":\"a\",\"volume\":101}"),
                Arguments.of("POST", speech, json, "{\"input\":\"<speak>\",\"ssml\":true}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/live", "/ready"})
    void reportsHealth(String check) throws Exception {
        await().untilAsserted(() -> {
            JsonObject answer = invoke(event("GET", "/q/health" + check, null, null));
            assertThat(answer.getInteger("statusCode")).isEqualTo(200);
            assertThat(new JsonObject(answer.getString("body")).getString("status")).isEqualTo("UP");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"source\":\"aws.events\"}", "{\"key1\":\"value1\"}", "{\"requestContext\":{}}",
            "{\"requestContext\":{\"http\":{}}}", "[1]", "\"xylophonic\"", "null",
            "{\"body\":{\"input\":\"xylophonic\"}}",
            "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"body\":\"xylophonic\"}]}"})
    void rejectsAnEventThatIsNoRequest(String event) throws Exception {
        JsonObject answer = invoke(event);
        assertThat(answer.getInteger("statusCode")).isEqualTo(400);
        assertThat(error(answer).getString("message")).contains("Function URL");
    }

    @Test
    void ignoresAHeaderWithoutAValue() throws Exception {
        JsonObject event = event("POST", "/v1/audio/speech", null, new JsonObject().put("input", SENTENCE).encode());
        event.getJsonObject("headers").putNull("content-type");
        assertThat(invoke(event).getInteger("statusCode")).isEqualTo(200);
    }

    @Test
    void rejectsInvalidBase64() throws Exception {
        JsonObject answer = invoke(event("POST", "/v1/audio/speech", "application/json", "no base64!")
                .put("isBase64Encoded", true));
        assertThat(answer.getInteger("statusCode")).isEqualTo(400);
        assertThat(error(answer).getString("message")).contains("base64").doesNotContain("no base64!");
    }

    @Test
    void truncatedAudioGivesAnErrorOnly() throws Exception {
        emulator.faults().next(new Fault.CloseFrame(1011, 3));
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.getInteger("statusCode")).isEqualTo(502);
        assertThat(error(answer).getString("type")).isEqualTo("server_error");
        assertThat(answer.getJsonObject("headers").getString("X-Request-Id"))
                .isEqualTo(emulator.journal().lastTask().taskId());
    }

    @Test
    void oversizedAudioGivesAnErrorAndStopsTheTask() throws Exception {
        // 48 kHz of 16 bits are 96 kB a second, so about 50 s exceed the limit. The test asks for five times that,
        // which also exceeds the socket buffers: the service cannot finish before the stop.
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE.repeat(100)).put("response_format", "pcm")
                .put("sample_rate", 48000));
        assertThat(answer.getInteger("statusCode")).isEqualTo(413);
        assertThat(error(answer).getString("code")).isEqualTo("audio_too_large");
        assertThat(error(answer).getString("message")).contains("4712448 bytes").contains("streaming deployment");
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(emulator.journal().lastTask().outcome()).isNotEqualTo(Journal.Outcome.FINISHED);
    }

    @Test
    void timeLimitGivesAnErrorAndStopsTheTask() throws Exception {
        emulator.faults().next(new Fault.Silence());
        long begin = System.nanoTime();
        JsonObject answer = speak(new JsonObject().put("input", SENTENCE));
        assertThat(answer.getInteger("statusCode")).isEqualTo(504);
        assertThat(error(answer).getString("code")).isEqualTo("time_limit");
        assertThat(error(answer).getString("message")).contains("3000 ms");
        assertThat((System.nanoTime() - begin) / 1e9).isBetween(2.9, 8.0);
        await().until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(speak(new JsonObject().put("input", SENTENCE)).getInteger("statusCode")).isEqualTo(200);
    }

    private JsonObject speak(JsonObject body) throws Exception {
        ObservedOutput.request(body.encode());
        return invoke(event("POST", "/v1/audio/speech", "application/json", body.encode()));
    }

    private JsonObject invoke(JsonObject event) throws Exception {
        return invoke(event.encode());
    }

    private JsonObject invoke(String event) throws Exception {
        int port = ConfigProvider.getConfig().getValue("quarkus.lambda.mock-event-server.test-port", Integer.class);
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/_lambda_"))
                        .POST(HttpRequest.BodyPublishers.ofString(event)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject answer = new JsonObject(response.body());
        ObservedOutput.answer(answer.getInteger("statusCode"), answer.getJsonObject("headers"),
                answer.getString("body"));
        return answer;
    }

    private static JsonObject event(String method, String path, String contentType, String body) {
        JsonObject headers = new JsonObject().put("host", "id.lambda-url.eu-central-1.on.aws");
        if (contentType != null) {
            headers.put("content-type", contentType);
        }
        return new JsonObject().put("version", "2.0").put("rawPath", path).put("rawQueryString", "")
                .put("headers", headers)
                .put("requestContext", new JsonObject().put("requestId", "r-1").put("http", new JsonObject()
                        .put("method", method).put("path", path).put("protocol", "HTTP/1.1").put("sourceIp", "::1")))
                .put("body", body).put("isBase64Encoded", false);
    }

    private static JsonObject error(JsonObject answer) {
        return new JsonObject(answer.getString("body")).getJsonObject("error");
    }
}
