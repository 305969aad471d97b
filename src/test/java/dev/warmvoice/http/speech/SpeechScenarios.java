package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.PoolHealth;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/audio/speech}, as seen by clients of both test mode and the built artifact. */
abstract class SpeechScenarios {

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    Api api;

    @BeforeEach
    void reset() {
        api = new Api(base);
        emulator.faults().clear();
    }

    /**
     * The pool recovers soon after any failure. A fault that a test expects stands until then: on a slow machine a request
     * may have two tasks, and the other one would take the fault of the next.
     */
    @AfterEach
    void awaitPoolRecovery() {
        emulator.faults().clear();
        await().until(() -> emulator.journal().tasksRunning() == 0);
        await().untilAsserted(() -> assertThat(PoolHealth.of(api)).isEqualTo(PoolHealth.atRest(4)));
    }

    @Test
    void speaksASentence() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("audio/mpeg");
        assertThat(response.headers().firstValue("Transfer-Encoding")).contains("chunked");
        assertThat(response.headers().firstValue("X-Connection").orElseThrow()).isIn("warm", "fresh");
        assertThat(response.headers().firstValue("Server-Timing").orElseThrow())
                .matches("acquire;dur=[\\d.]+, connect;dur=[\\d.]+, first-audio;dur=[\\d.]+");
        Journal.Task task = emulator.journal().lastTask();
        assertThat(response.headers().firstValue("X-Request-Id")).contains(task.taskId());
        assertThat(task.texts()).containsExactly(SENTENCE);
        assertThat(response.body()).isEqualTo(Emulator.audioOf(task));
    }

    @ParameterizedTest
    @CsvSource({"mp3,audio/mpeg,22050", "wav,audio/wav,22050", "pcm,audio/pcm,24000", "opus,audio/ogg,24000"})
    void deliversEveryFormatUnchanged(String format, String mediaType, int sampleRate) throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE)
                .put("response_format", format));
        assertThat(response.headers().firstValue("Content-Type")).contains(mediaType);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.parameters().getString("format")).isEqualTo(format);
        assertThat(task.parameters().getInteger("sample_rate")).isEqualTo(sampleRate);
        assertThat(response.body()).isEqualTo(Emulator.audioOf(task)).hasSizeGreaterThan(2000);
    }

    @Test
    void passesAllParametersToTheService() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject()
                .put("model", "cosyvoice-v3-plus").put("input", SENTENCE).put("voice", "cosyvoice-v3-plus-mine-1a2b")
                .put("response_format", "opus").put("speed", 1.5).put("instructions", "Speak softly.")
                .put("sample_rate", 48000).put("volume", 80).put("pitch", 0.9).put("seed", 0).put("language", "en")
                .put("bit_rate", 64).put("hot_fix", new JsonObject()
                        .put("pronunciation", new JsonArray().add(new JsonObject().put("重庆", "chong2 qing4")))
                        .put("replace", new JsonArray().add(new JsonObject().put("AI", "人工智能"))))
                .put("enable_markdown_filter", true).put("a_field_of_the_future", true));
        assertThat(response.statusCode()).isEqualTo(200);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.model()).isEqualTo("cosyvoice-v3-plus");
        assertThat(task.parameters().getMap()).containsEntry("voice", "cosyvoice-v3-plus-mine-1a2b")
                .containsEntry("format", "opus")
                .containsEntry("rate", 1.5).containsEntry("instruction", "Speak softly.")
                .containsEntry("sample_rate", 48000).containsEntry("volume", 80).containsEntry("pitch", 0.9)
                .containsEntry("seed", 0).containsEntry("bit_rate", 64).containsEntry("enable_ssml", false)
                .containsEntry("enable_markdown_filter", true);
        assertThat(task.parameters().getJsonArray("language_hints")).containsExactly("en");
        JsonObject hotFix = task.parameters().getJsonObject("hot_fix");
        assertThat(hotFix.getJsonArray("pronunciation").encode()).isEqualTo("[{\"重庆\":\"chong2 qing4\"}]");
        assertThat(hotFix.getJsonArray("replace").encode()).isEqualTo("[{\"AI\":\"人工智能\"}]");
        assertThat(response.body()).isEqualTo(Emulator.audioOf(task));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"model\":\"tts-1\",\"voice\":\"alloy\"}",
            "{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"nova\"}"})
    void servesOpenAiClients(String names) throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject(names).put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(emulator.journal().lastTask().model()).isEqualTo("cosyvoice-v3-flash");
        assertThat(emulator.journal().lastTask().parameters().getString("voice")).isEqualTo("longanyang");
    }

    @Test
    void speaksMarkdownIfAsked() throws Exception {
        JsonObject request = new JsonObject().put("input", "# Departures\n\nYour **train** leaves &mdash; at nine.")
                .put("normalize", true);
        HttpResponse<byte[]> response = api.speak(request);
        assertThat(response.statusCode()).isEqualTo(200);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.texts()).containsExactly("Departures\nYour train leaves \u2014 at nine.");
        assertThat(task.parameters().containsKey("enable_markdown_filter")).isFalse();
        assertThat(response.body()).isEqualTo(Emulator.audioOf(task));
        assertThat(api.speak(request.put("input", "```\ncode\n```")).statusCode()).isEqualTo(400);
    }

    @Test
    void sendsTextOnlyAfterTheTaskHasStarted() throws Exception {
        emulator.faults().next(new Fault.StartDelay(Duration.ofMillis(150)));
        assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).isEqualTo(200);
        assertThat(emulator.journal().lastTask().earlyText()).isFalse();
    }

    @Test
    void sendsTheFirstByteWhenTheFirstFrameArrives() throws Exception {
        emulator.faults().always(new Fault.Pacing(1));
        HttpResponse<InputStream> response = api
                .open(new JsonObject().put("input", STORY).put("response_format", "pcm"));
        try (InputStream audio = response.body()) {
            assertThat(audio.read()).isNotNegative();
            Journal.Task task = emulator.journal().lastTask();
            assertThat(task.outcome()).isEqualTo(Journal.Outcome.RUNNING);
            assertThat(task.frames()).isLessThan(10);
        }
    }

    @Test
    void sendsSsmlInOnePiece() throws Exception {
        String ssml = "<speak rate=\"1.1\">Hello <break time=\"200ms\"/> world.</speak>";
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", ssml).put("ssml", true));
        assertThat(response.statusCode()).isEqualTo(200);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.ssml()).isTrue();
        assertThat(task.texts()).containsExactly(ssml);
        assertThat(response.body()).isEqualTo(Emulator.audioOf(task));
    }

    @Test
    void sendsALongTextInPieces() throws Exception {
        String text = "Hello." + " ".repeat(19_990) + "Good bye.";
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", text));
        assertThat(response.statusCode()).isEqualTo(200);
        Journal.Task task = emulator.journal().lastTask();
        assertThat(String.join("", task.texts())).isEqualTo(text);
        assertThat(task.characters()).hasSize(2).allMatch(count -> count <= 20_000);
    }

    @Test
    void sendsServerSentEventsWithWordTimes() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE).put("stream_format", "sse")
                .put("timestamps", true));
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        List<JsonObject> events = events(response.body());
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        events.stream().filter(event -> event.getString("type").equals("speech.audio.delta"))
                .forEach(event -> audio.writeBytes(Base64.getDecoder().decode(event.getString("audio"))));
        Journal.Task task = emulator.journal().lastTask();
        assertThat(audio.toByteArray()).isEqualTo(Emulator.audioOf(task));
        List<JsonObject> words = events.stream().filter(event -> event.getString("type").equals("speech.audio.words"))
                .flatMap(event -> event.getJsonArray("words").stream()).map(JsonObject.class::cast).toList();
        assertThat(words).extracting(word -> word.getString("text")).containsExactly("Good", "morning", "Your", "train",
                "leaves", "at", "nine");
        assertThat(words).allSatisfy(word -> assertThat(word.getInteger("end_index") - word.getInteger("begin_index"))
                .isEqualTo(word.getString("text").length()));
        assertThat(words).extracting(word -> word.getInteger("begin_ms")).isSorted();
        assertThat(words.get(6).getInteger("end_ms")).isGreaterThan(1000);
        assertThat(events).filteredOn(event -> event.containsKey("words"))
                .extracting(event -> event.getInteger("sentence"), event -> event.getString("text"))
                .containsExactly(tuple(0, "Good morning."), tuple(1, "Your train leaves at nine."));
        JsonObject last = events.get(events.size() - 1);
        assertThat(last.getString("type")).isEqualTo("speech.audio.done");
        assertThat(last.getJsonObject("usage").getInteger("input_tokens")).isEqualTo(SENTENCE.length());
    }

    @Test
    void usageIsInTokensWhereTheServiceBillsTokens() throws Exception {
        double before = api.sum("warmvoice_speech_tokens_total");
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE).put("stream_format", "sse")
                .put("model", "qwen-audio-3.1-tts-flash").put("voice", "longanhuan_v3.1"));
        List<JsonObject> events = events(response.body());
        JsonObject usage = events.get(events.size() - 1).getJsonObject("usage");
        assertThat(usage.getInteger("input_tokens")).isEqualTo(SENTENCE.length());
        assertThat(usage.getInteger("output_tokens")).isGreaterThan(50);
        assertThat(usage.getInteger("total_tokens"))
                .isEqualTo(usage.getInteger("input_tokens") + usage.getInteger("output_tokens"));
        assertThat(api.sum("warmvoice_speech_tokens_total") - before)
                .isEqualTo(usage.getInteger("total_tokens").doubleValue());
    }

    @Test
    void timestampsWithoutEventsNeedCaptions() throws Exception {
        JsonObject error = Api.error(api.speak(new JsonObject().put("input", SENTENCE).put("timestamps", true)));
        assertThat(error.getString("param")).isEqualTo("timestamps");
        assertThat(error.getString("message")).contains("stream_format sse", "warmvoice.captions.keep");
    }

    @Test
    void sendsNoWordTimesByDefault() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE).put("stream_format", "sse"));
        assertThat(events(response.body())).extracting(event -> event.getString("type"))
                .containsOnly("speech.audio.delta", "speech.audio.done");
        assertThat(emulator.journal().lastTask().parameters().getBoolean("word_timestamp_enabled")).isFalse();
    }

    @Test
    void serverSentEventsEndWithTheError() throws Exception {
        emulator.faults().always(new Fault.Pacing(0.1));
        emulator.faults().always(new Fault.FailAfterAudio("InternalError", "down", 3));
        HttpResponse<InputStream> response = api.open(new JsonObject().put("input", STORY).put("stream_format", "sse"));
        StringBuilder seen = new StringBuilder();
        try (InputStream body = response.body()) {
            assertThatThrownBy(() -> {
                for (int next = body.read(); next >= 0; next = body.read()) {
                    seen.append((char) next);
                }
            }).isInstanceOf(IOException.class);
        }
        assertThat(seen).contains("\"type\":\"error\"", "\"code\":\"InternalError\"").doesNotContain("audio.done");
    }

    private static List<JsonObject> events(byte[] body) {
        return Stream.of(new String(body, StandardCharsets.UTF_8).split("\n\n"))
                .map(event -> new JsonObject(event.substring("data: ".length()))).toList();
    }

    /** One for each way in which a request is read; SpeechBodyReaderTest has all of them. */
    static Stream<Arguments> badInput() {
        return Stream.of(Arguments.of("", null, "The request body is empty; it must be a JSON object."),
                Arguments.of("{\"input\":\"x", null, "The request body is not valid JSON: line 1"),
                Arguments.of("{}", "input", "input must not be empty"),
                Arguments.of("{\"input\":7}", "input", "input must be a string"),
                Arguments.of("{\"input\":\"a\",\"seed\":1.5}", "seed", "seed must be a whole number"),
                Arguments.of("{\"input\":\"a\",\"speed\":4.01}", "speed", "speed must be between 0.25 and 4"),
                Arguments.of("{\"input\":\"a\",\"volume\":101}", "volume", "volume must be between 0 and 100"),
                Arguments.of("{\"input\":\"a\",\"voice\":7}", "voice", "voice must be a string"),
                Arguments.of("{\"input\":\"a\",\"sample_rate\":12345}", "sample_rate",
                        "sample_rate must be one of [8000, 16000, 22050, 24000, 44100, 48000]"),
                Arguments.of("{\"input\":\"a\",\"hot_fix\":3}", "hot_fix", "hot_fix must be an object"),
                Arguments.of("{\"input\":\"<speak>a\",\"ssml\":true}", "input", "not well-formed at line 1, column 9"));
    }

    @ParameterizedTest
    @MethodSource
    void badInput(String body, String field, String message) throws Exception {
        int tasks = emulator.journal().tasks().size();
        HttpResponse<byte[]> response = api.speak(body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        JsonObject error = Api.error(response);
        assertThat(error.getString("message")).contains(message);
        assertThat(error.getString("param")).isEqualTo(field);
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        assertThat(error.getString("code")).isEqualTo("invalid_value");
        assertThat(emulator.journal().tasks()).as("tasks at the service").hasSize(tasks);
    }

    @Test
    void rejectsAnOversizedBodyBeforeReadingIt() throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 11000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413").contains("\"type\":\"invalid_request_error\"")
                    .contains("at most 4194304 bytes");
        }
    }

    @Test
    void retriesOnceWhenTheTaskFailsBeforeAudio() throws Exception {
        double retries = api.metric("warmvoice_speech_retries_total");
        for (Fault fault : List.of(new Fault.RunTaskRefused(), new Fault.NoTaskStarted(), new Fault.EmptyTask(),
                new Fault.FailBeforeAudio("InternalError", "down"), new Fault.CloseFrame(1011, 0), new Fault.Fin(0),
                new Fault.Rst(0))) {
            emulator.faults().next(fault);
            HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
            assertThat(response.statusCode()).as(fault.toString()).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Connection")).as(fault.toString()).contains("fresh");
            Journal.Task task = emulator.journal().lastTask();
            assertThat(response.headers().firstValue("X-Request-Id")).contains(task.taskId());
            assertThat(response.body()).as(fault.toString()).isEqualTo(Emulator.audioOf(task));
        }
        // A task without task-started is raced by a second one, not retried.
        assertThat(api.metric("warmvoice_speech_retries_total")).isEqualTo(retries + 6);
    }

    @Test
    void omitsWordsOfAFailedAttempt() throws Exception {
        emulator.faults().next(new Fault.FailBeforeAudio("InternalError", "down"));
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE).put("stream_format", "sse")
                .put("timestamps", true));
        assertThat(events(response.body()).stream().filter(event -> event.containsKey("words"))
                .flatMap(event -> event.getJsonArray("words").stream())).hasSize(7);
    }

    @Test
    void failsOneRequestOfAClientWithoutTheOthers() throws Exception {
        HttpClient modern = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        emulator.faults().next(new Fault.Pacing(0.1), 2);
        emulator.faults().next(new Fault.CloseFrame(1011, 3));
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/v1/audio/speech"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(input(SENTENCE + SENTENCE))).build();
        HttpResponse<InputStream> broken = modern.send(request, HttpResponse.BodyHandlers.ofInputStream());
        HttpResponse<InputStream> whole = modern.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThatThrownBy(() -> broken.body().readAllBytes()).isInstanceOf(IOException.class);
        assertThat(whole.body().readAllBytes()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/audio/speech", "/v1//audio/speech/", "/v1audio/speech"})
    void servesTheRouteHoweverTheClientWritesIt(String path) throws Exception {
        HttpResponse<String> answer = api.send("POST", path, new JsonObject().put("input", ""));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("param")).isEqualTo("input");
    }

    @ParameterizedTest
    @CsvSource({"GET,/v1/models,200", "GET,/nothing,404", "GET,/v1/audio/speech,405", "DELETE,/v1/models,405",
            "POST,/v1/audio/speech,400", "GET,/q/health/live,200"})
    void everyResponseHasOneRequestId(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = api.send(method, path, new JsonObject());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1);
        assertThat(answer.headers().allValues("Allow")).hasSize(status == 405 ? 1 : 0);
    }

    /** Every method in Allow works: it is answered with something other than 405. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/audio/speech", "/v1/models", "/v1/audio/voices", "/v1/models/tts-1"})
    void whatOptionsOffersWorks(String path) throws Exception {
        String allow = api.send("OPTIONS", path, new JsonObject()).headers().firstValue("Allow").orElseThrow();
        for (String method : allow.split(", ")) {
            assertThat(api.send(method, path, new JsonObject()).statusCode()).as(method).isNotEqualTo(405);
        }
        assertThat(api.send("DELETE", path, new JsonObject()).headers().firstValue("Allow")).contains(allow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/ready", "/q/metrics", "/q/openapi"})
    void managementIsOnlyRead(String path) throws Exception {
        HttpResponse<String> refused = api.send("DELETE", path, new JsonObject());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(refused.body()).contains("\"The method must be GET or HEAD.\"");
    }

    static Stream<Arguments> refusesAHeadThatIsTooLargeOrAmbiguous() {
        return Stream.of(Arguments.of("?a=" + "-".repeat(5000), "", 414),
                Arguments.of("", "X: " + "-".repeat(25_000) + "\r\n", 431),
                Arguments.of("", "Host: second\r\n", 400));
    }

    @ParameterizedTest
    @MethodSource
    void refusesAHeadThatIsTooLargeOrAmbiguous(String query, String header, int status) throws Exception {
        String answer = raw("GET /v1/models" + query + " HTTP/1.1\r\nHost: x\r\n" + header
                + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("X-Request-Id: ", "\"invalid_request_error\"");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void readsACompressedBody() throws Exception {
        byte[] body = gzip(new JsonObject().put("input", SENTENCE).encode());
        HttpResponse<byte[]> response = sendEncoded("gzip", body);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @Test
    void boundsACompressedBody() throws Exception {
        HttpResponse<byte[]> tooLarge = sendEncoded("gzip", gzip(" ".repeat(5 << 20)));
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(Api.error(tooLarge).getString("message")).contains("at most 4194304 bytes, uncompressed");
        assertThat(sendEncoded("gzip", new byte[]{1, 2, 3}).statusCode()).isEqualTo(400);
        assertThat(Api.error(sendEncoded("br", new byte[]{1, 2, 3})).getString("message"))
                .isEqualTo("Content-Encoding must be gzip or identity.");
    }

    private HttpResponse<byte[]> sendEncoded(String encoding, byte[] body) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(base.resolve("/v1/audio/speech"))
                .header("Content-Type", "application/json").header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aSpeechHasTheServicesRequestId() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE).put("speed", 4));
        assertThat(response.headers().allValues("X-Request-Id"))
                .containsExactly(emulator.journal().lastTask().taskId());
        assertThat(response.headers().firstValue("X-Clamped")).contains("speed=2.0");
    }

    /** Clients repeat a 5xx: what is wrong with the request has to be a 4xx, and costs one task and no connection. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
            "{\"voice\":\"nobody\"}|400|voice",
            "{\"model\":\"cosyvoice-v9\"}|404|model",
            "{\"model\":\"cosyvoice-v2\",\"voice\":\"longxiaochun_v2\",\"instructions\":\"softly\"}|400|instructions",
            "{\"input\":\"\uD83D\uDC4D\"}|400|input"})
    void rejectionOfTheRequestNamesItsField(String fields, int status, String param) throws Exception {
        int tasks = emulator.journal().tasks().size();
        HttpResponse<byte[]> response = api
                .speak(new JsonObject().put("input", SENTENCE).mergeIn(new JsonObject(fields)));
        assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(status);
        assertThat(Api.error(response).getString("param")).isEqualTo(param);
        assertThat(Api.error(response).getString("type")).isEqualTo("invalid_request_error");
        assertThat(emulator.journal().tasks()).as("tasks").hasSize(tasks + 1);
    }

    @Test
    void symbolsCostNoConnection() throws Exception {
        int handshakes = emulator.journal().handshakesAttempted();
        assertThat(api.speak(new JsonObject().put("input", "\uD83D\uDC4D")).statusCode()).isEqualTo(400);
        assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).isEqualTo(200);
        assertThat(emulator.journal().handshakesAttempted()).isEqualTo(handshakes);
    }

    static Stream<Arguments> failsWithStatusAndCode() {
        return Stream.of(
                Arguments.of(new Fault.Throttled(), 429, "rate_limit_exceeded", 1),
                Arguments.of(new Fault.FailBeforeAudio("InvalidParameter", "no such thing"), 400, "InvalidParameter",
                        1),
                Arguments.of(new Fault.FailBeforeAudio("InternalError", "down"), 502, "InternalError", 2),
                Arguments.of(new Fault.RunTaskRefused(), 502, "InvalidParameter", 2),
                Arguments.of(new Fault.EmptyTask(), 502, "upstream_error", 2),
                Arguments.of(new Fault.CloseFrame(1007, 0), 400, "invalid_value", 1),
                Arguments.of(new Fault.CloseWithReason(1007, "Model not found (x)!", -1), 404, "model_not_found", 1),
                Arguments.of(new Fault.FailAtRunTask("AllocationQuota.FreeTierOnly", "exhausted"), 502,
                        "AllocationQuota.FreeTierOnly", 1),
                Arguments.of(new Fault.FailAtRunTask("Throttling.AllocationQuota", "exceeded"), 502,
                        "Throttling.AllocationQuota", 1),
                Arguments.of(new Fault.LongMessage(3 << 20, 0), 502, "upstream_error", 2),
                Arguments.of(new Fault.EndlessMessage(0), 502, "upstream_error", 2),
                Arguments.of(new Fault.EmptyFrames(5000, 0), 502, "upstream_error", 2),
                Arguments.of(new Fault.Rst(0), 502, "upstream_error", 2),
                Arguments.of(new Fault.NoTaskStarted(), 504, "start_timeout", 2),
                Arguments.of(new Fault.Silence(), 504, "first_audio_timeout", 1));
    }

    @ParameterizedTest
    @MethodSource
    void failsWithStatusAndCode(Fault fault, int status, String code, int attempts) throws Exception {
        int before = emulator.journal().tasks().size();
        emulator.faults().always(fault);
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject error = Api.error(response);
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotBlank().doesNotContain("train");
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 429);
        int tasks = emulator.journal().tasks().size() - before;
        if (status == 429) {
            assertThat(tasks).as("attempts within acquire-timeout").isBetween(2, 5);
        } else {
            assertThat(tasks).as("attempts").isEqualTo(attempts);
        }
        emulator.faults().clear();
        assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).as("afterwards").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"401,502,upstream_auth", "403,502,upstream_auth", "503,503,upstream_unavailable"})
    void reportsWhyThereIsNoConnection(int answer, int status, String code) throws Exception {
        emulator.faults().always(new Fault.HandshakeStatus(answer));
        loseAllConnections();
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Api.error(response).getString("code")).isEqualTo(code);
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
    }

    @Test
    void timesOutOnASilentHandshake() throws Exception {
        emulator.faults().always(new Fault.HandshakeHang());
        loseAllConnections();
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Api.error(response).getString("code")).isEqualTo("upstream_unavailable");
    }

    static List<Fault> failureDuringAudioTruncatesTheBody() {
        return List.of(new Fault.FailAfterAudio("InternalError", "down", 3), new Fault.CloseFrame(1000, 3),
                new Fault.CloseFrame(1007, 3), new Fault.CloseFrame(1011, 3), new Fault.Fin(3), new Fault.Rst(3),
                new Fault.Stall(3), new Fault.NoTaskFinished(), new Fault.ForeignEvent(), new Fault.Garbage());
    }

    /** The cause of that silence may have hit the other connections too, so the pool pings them; they answer. */
    @Test
    void keepsTheOtherConnectionsWhenOneIsSilent() throws Exception {
        api.speak(new JsonObject().put("input", SENTENCE));
        int before = emulator.journal().handshakesAccepted();
        emulator.faults().next(new Fault.NoTaskStarted());
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Connection")).contains("fresh");
        await().untilAsserted(() -> assertThat(PoolHealth.of(api)).isEqualTo(PoolHealth.atRest(4)));
        assertThat(emulator.journal().handshakesAccepted() - before).isLessThan(4);
    }

    @ParameterizedTest
    @MethodSource
    void failureDuringAudioTruncatesTheBody(Fault fault) throws Exception {
        emulator.faults().always(new Fault.Pacing(0.1));
        emulator.faults().always(fault);
        HttpResponse<InputStream> response = api.open(new JsonObject().put("input", SENTENCE + STORY));
        assertThat(response.statusCode()).isEqualTo(200);
        try (InputStream audio = response.body()) {
            assertThatThrownBy(audio::readAllBytes).as("the end of a truncated body")
                    .isInstanceOf(IOException.class);
        }
        Journal.Task broken = emulator.journal().lastTask();
        emulator.faults().clear();
        assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).as("afterwards").isEqualTo(200);
        assertThat(emulator.journal().lastTask().connection()).isNotEqualTo(broken.connection());
    }

    /** The stall timeout does not apply before the first audio. */
    @Test
    void servesAudioThatBeginsAfterTheStallTimeout() {
        // The voice is slow the first time.
        await().until(() -> api.speak(new JsonObject().put("input", SENTENCE)).statusCode() == 200);
        emulator.faults().always(new Fault.FirstAudioDelay(Duration.ofMillis(1600)));
        List<CompletableFuture<HttpResponse<byte[]>>> answers = Stream
                .generate(() -> api.speakLater(new JsonObject().put("input", SENTENCE))).limit(4).toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    @Test
    void doesNotReuseAConnectionWithLateAudio() throws Exception {
        emulator.faults().always(new Fault.LateFrame());
        for (int i = 0; i < 6; i++) {
            HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        }
    }

    @Test
    void stopsTheTaskWhenTheClientDisconnectsDuringAudio() throws Exception {
        emulator.faults().always(new Fault.Pacing(1));
        HttpResponse<InputStream> response = api.open(new JsonObject().put("input", STORY));
        try (InputStream audio = response.body()) {
            assertThat(audio.read()).isNotNegative();
        }
        await().atMost(Duration.ofSeconds(1)).until(() -> emulator.journal().tasksRunning() == 0);
        assertThat(emulator.journal().lastTask().outcome()).isIn(Journal.Outcome.CANCELLED, Journal.Outcome.ABANDONED);
    }

    @Test
    void stopsTheTaskWhenTheClientDisconnectsBeforeAudio() throws Exception {
        emulator.faults().always(new Fault.Silence());
        int before = emulator.journal().tasksStarted();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String body = input(SENTENCE);
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> emulator.journal().tasksStarted() == before + 1);
        }
        // The service ignores the cancel, and loses the connection after a second.
        await().atMost(Duration.ofSeconds(2)).until(() -> emulator.journal().tasksRunning() == 0);
    }

    @Test
    void slowReaderCausesBackPressure() throws Exception {
        emulator.faults().always(new Fault.FrameBytes(16_000));
        String body = new JsonObject().put("input", STORY.repeat(12)).put("response_format", "pcm")
                .put("sample_rate", 48_000).encode();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            Journal.Task stalled = emulator.journal().lastTask();
            assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).as("others").isEqualTo(200);
            await().atMost(Duration.ofSeconds(5)).until(() -> emulator.journal().tasksRunning() == 0);
            Journal.Task ended = emulator.journal().task(stalled.taskId());
            assertThat(ended.outcome()).isEqualTo(Journal.Outcome.ABANDONED);
            // The two sockets' buffers come on top of the server's 192 KiB; the whole audio is about 30 MB.
            assertThat(ended.bytes()).isLessThan(16_000_000);
        }
    }

    @Test
    void keepsAClientThatReadsAtPlayingSpeed() throws Exception {
        String body = new JsonObject().put("input", STORY.repeat(12)).put("response_format", "pcm")
                .put("sample_rate", 48_000).encode();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            // Four times the stall timeout.
            long begin = System.nanoTime();
            int[] taken = {0};
            await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100)).until(() -> {
                taken[0] += socket.getInputStream().readNBytes(20_000).length;
                return System.nanoTime() - begin > Duration.ofSeconds(6).toNanos();
            });
            assertThat(emulator.journal().tasksRunning()).as("after %d bytes", taken[0]).isEqualTo(1);
        }
    }

    @Test
    void rejectsRequestsBeyondThePoolSize() throws Exception {
        emulator.faults().always(new Fault.Pacing(1));
        List<HttpResponse<InputStream>> busy = Stream.generate(() -> new JsonObject().put("input", STORY)).limit(4)
                .map(this::openUnchecked).toList();
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(Api.error(response).getString("code")).isEqualTo("busy");
        for (HttpResponse<InputStream> each : busy) {
            each.body().close();
        }
        emulator.faults().clear();
        await().until(() -> api.speak(new JsonObject().put("input", SENTENCE)).statusCode() == 200);
    }

    @Test
    void concurrentClientsGetTheirOwnAudio() {
        List<Map.Entry<String, CompletableFuture<HttpResponse<byte[]>>>> answers = Stream.iterate(1, i -> i + 1)
                .limit(4).map(i -> "This is client number " + i + " speaking.")
                .map(text -> Map.entry(text, api.speakLater(new JsonObject().put("input", text)))).toList();
        answers.forEach(answer -> {
            HttpResponse<byte[]> response = answer.getValue().join();
            Journal.Task task = emulator.journal()
                    .task(response.headers().firstValue("X-Request-Id").orElseThrow());
            assertThat(task.texts()).containsExactly(answer.getKey());
            assertThat(response.body()).isEqualTo(Emulator.audioOf(task));
        });
    }

    /** With HTTP/1.0, only the end of the connection marks the end of the audio. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
    void failureDuringAudioTruncatesTheBodyOverHttp10(String header) throws Exception {
        String whole = overHttp10(header);
        assertThat(whole).startsWith("HTTP/1.0 200").doesNotContainIgnoringCase("chunked");
        assertThat(whole.substring(whole.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        emulator.faults().always(new Fault.Pacing(0.1));
        emulator.faults().always(new Fault.CloseFrame(1011, 3));
        assertThatThrownBy(() -> overHttp10(header)).isInstanceOf(SocketException.class);
    }

    private String overHttp10(String header) throws IOException {
        String body = new JsonObject().put("input", STORY).encode();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5000);
            write(socket, request("HTTP/1.0\r\n" + header, body));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String request(String versionAndHeaders, String body) {
        return "POST /v1/audio/speech " + versionAndHeaders + "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static void write(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void clientThatSendsAllOfATooLargeBodyFirstGetsItsAnswer(String header) throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5000);
            write(socket, request("HTTP/1.1\r\nHost: x\r\n" + header, " ".repeat(5_000_000)));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413 ").contains("The request body must be at most");
        }
    }

    /** Requests in the same packet as the end of the body have been decoded when the connection is closed. */
    @Test
    void nothingBehindARefusedBodyIsSpoken() throws Exception {
        String behind = "This stands behind a refused body.";
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5000);
            write(socket, "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"
                    + " ".repeat(4_999_990));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413 ");
            write(socket, " ".repeat(10)
                    + request("HTTP/1.1\r\nHost: x\r\n", new JsonObject().put("input", behind).encode()));
        }
        assertThat(api.speak(new JsonObject().put("input", SENTENCE)).statusCode()).isEqualTo(200);
        assertThat(emulator.journal().tasks()).noneMatch(task -> task.texts().contains(behind));
    }

    @Test
    void framesThatWaitForTheClientAreJoined() throws Exception {
        String body = new JsonObject().put("input", STORY.repeat(10)).put("response_format", "pcm").encode();
        List<byte[]> chunks = new ArrayList<>();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            write(socket, request("HTTP/1.1\r\nHost: x\r\n", body));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            awaitStandstill();
            assertThat(line(in)).startsWith("HTTP/1.1 200");
            while (!line(in).isEmpty()) {
                // A header.
            }
            for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
                chunks.add(in.readNBytes(size));
                assertThat(line(in)).isEmpty();
            }
        }
        Journal.Task task = emulator.journal().lastTask();
        assertThat(chunks).hasSizeLessThan(task.frames());
        assertThat(chunks.stream().collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes, (a, b) -> {
        }).toByteArray()).isEqualTo(Emulator.audioOf(task));
    }

    /** Waits until the service has frames to send, and none leaves. */
    private void awaitStandstill() {
        AtomicInteger before = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            int now = emulator.journal().lastTask().frames();
            return emulator.journal().tasksRunning() == 1 && now > 0 && before.getAndSet(now) == now;
        });
    }

    private static int chunkSize(DataInputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Test
    void listsModelsAndVoices() throws Exception {
        JsonObject models = new JsonObject(api.get("/v1/models").body());
        assertThat(models.getString("object")).isEqualTo("list");
        assertThat(models.getJsonArray("data").stream().map(each -> ((JsonObject) each).getString("id")))
                .contains("cosyvoice-v3-flash", "cosyvoice-v2");
        assertThat(new JsonObject(api.get("/v1/models/cosyvoice-v2").body()).getString("owned_by"))
                .isEqualTo("alibaba");
        assertThat(api.get("/v1/models/whisper-1").statusCode()).isEqualTo(404);
        JsonObject voice = new JsonObject(api.get("/v1/audio/voices").body()).getJsonArray("data").stream()
                .map(JsonObject.class::cast).filter(each -> each.getString("id").equals("longanyang")).findFirst()
                .orElseThrow();
        assertThat(voice.getJsonArray("languages")).contains("zh", "en");
        assertThat(voice.getJsonArray("models")).contains("cosyvoice-v3-flash");
    }

    @Test
    void httpErrorsHaveTheSameForm() throws Exception {
        HttpResponse<String> unknown = api.get("/v1/audio/nothing");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(unknown.body()).getJsonObject("error").getString("code")).isEqualTo("not_found");
        HttpResponse<String> wrongMethod = api.get("/v1/audio/speech");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(new JsonObject(wrongMethod.body()).getJsonObject("error").getString("type"))
                .isEqualTo("invalid_request_error");
    }

    /** The artifact contains the page, but it is disabled by default, under every spelling of its path. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/page/page.js", "/page/icon.svg", "/page/nothing", "//page/page.js",
            "/x/../page/page.js", "/%70age/page.js", "/./index.html", "/page%2Fpage.js", "/page%2fpage.css"})
    void pageIsDisabled(String path) throws Exception {
        HttpResponse<String> answer = api.get("http://" + base.getAuthority() + path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("code")).isEqualTo("not_found");
    }

    @Test
    void servesOpenApiHealthAndMetrics() throws Exception {
        assertThat(api.get("/q/openapi").body()).contains("/v1/audio/speech", "sample_rate", "hot_fix");
        assertThat(api.get("/q/health").statusCode()).isEqualTo(200);
        api.speak(new JsonObject().put("input", SENTENCE));
        assertThat(api.get("/q/metrics").body()).contains("warmvoice_speech_total{outcome=\"finished\"}",
                "warmvoice_speech_first_audio_seconds_count", "warmvoice_speech_characters_total");
    }

    private HttpResponse<InputStream> openUnchecked(JsonObject body) {
        try {
            return api.open(body);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void loseAllConnections() {
        emulator.cutIdle(Cut.CLOSE_FRAME);
        await().until(() -> emulator.journal().connectionsOpen() == 0);
    }

    private static String input(String text) {
        return new JsonObject().put("input", text).encode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://elsewhere.example", "Origin: null",
            "Origin: http://elsewhere.example\r\nContent-Type: application/json",
            "Origin: http://elsewhere.example\r\nContent-Type: text/plain", "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site"})
    void otherOriginsStartNoTask(String headers) throws Exception {
        int tasks = emulator.journal().tasksStarted();
        for (String path : List.of("/v1/audio/speech", "/v1/audio/speech/", "//v1/audio/speech")) {
            String answer = speakWith(path, headers);
            assertThat(answer).startsWith("HTTP/1.1 403 ");
            JsonObject error = new JsonObject(answer.substring(answer.indexOf('{'))).getJsonObject("error");
            assertThat(error.getString("code")).isEqualTo("cross_origin");
            assertThat(error.getString("message")).contains("quarkus.http.cors.origins");
        }
        assertThat(emulator.journal().tasksStarted()).isEqualTo(tasks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "Content-Type: application/json", "Origin: http://HOST",
            "Origin: https://HOST", "Origin: http://HOST\r\nSec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"})
    void servesSameOriginPagesAndOtherClients(String headers) throws Exception {
        assertThat(speakWith("/v1/audio/speech", headers.replace("HOST", base.getAuthority())))
                .startsWith("HTTP/1.1 200 ");
    }

    private String speakWith(String path, String headers) throws IOException {
        String body = new JsonObject().put("input", SENTENCE).encode();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\n"
                    + headers + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
