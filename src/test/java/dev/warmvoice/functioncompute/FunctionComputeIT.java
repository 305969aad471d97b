package dev.warmvoice.functioncompute;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.ObservedOutput;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged process as a custom runtime of Function Compute. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class FunctionComputeIT {

    private static final String CALL = new JsonObject().put("input", SENTENCE).encode();
    /** The headers that the platform adds to every request. */
    private static final Map<String, String> PLATFORM = Map.of("x-fc-request-id", "1-69218f00-15d0a3b7",
            "x-fc-access-key-id", "STS.marked-id", "x-fc-access-key-secret", "marked-secret", "x-fc-security-token",
            "marked-token", "x-fc-function-name", "tts", "x-fc-region", "cn-beijing");

    private static Emulator emulator;
    private static Artifact artifact;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() {
        for (String credential : List.of("x-fc-access-key-id", "x-fc-access-key-secret", "x-fc-security-token")) {
            ObservedOutput.secret(PLATFORM.get(credential));
        }
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        artifact = launch(emulator, Map.of());
        artifact.awaitReady();
    }

    private static Artifact launch(Emulator emulator, Map<String, String> more) {
        int port = Artifact.freePort();
        Map<String, String> settings = new HashMap<>(more);
        settings.put("warmvoice.rate.per-second", "0");
        settings.put("warmvoice.function-compute.hook-timeout", "4s");
        return Artifact.launchOn(port, settings, Map.of("FC_FUNCTION_NAME", "tts", "FC_SERVER_PORT",
                Integer.toString(port), "DASHSCOPE_WEBSOCKET_BASE_URL", emulator.url().toString(),
                "DASHSCOPE_API_KEY", EmulatorOptions.DEFAULT_API_KEY));
    }

    @AfterAll
    static void stop() {
        artifact.close();
        emulator.close();
    }

    @BeforeEach
    void reset() throws Exception {
        emulator.faults().clear();
        await().untilAsserted(() -> assertThat(hook("POST", "/initialize").body()).isEqualTo("{\"complete\":true}"));
        await().until(() -> emulator.journal().connectionsOpen() == 4);
    }

    @Test
    void listensOnThePlatformPort() throws Exception {
        assertThat(artifact.log()).contains("Running on Alibaba Cloud Function Compute")
                .contains("http://0.0.0.0:" + artifact.base().getPort()).doesNotContain("runtime profile");
        HttpResponse<byte[]> first = artifact.api().speak(CALL);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Connection")).isEmpty();
        assertThat(emulator.journal().connectionsOpen()).isEqualTo(4);
    }

    @Test
    void initializeReturnsWhenAllConnectionsAreOpen() throws Exception {
        EmulatorOptions slow = EmulatorOptions.defaults().withHandshakeDelay(Duration.ofMillis(600));
        try (Emulator service = Emulator.start(slow); Artifact cold = launch(service, Map.of())) {
            HttpResponse<String> answer = await().ignoreExceptions().until(
                    () -> send(cold, "POST", "/initialize", Map.of(), ""), response -> response.statusCode() == 200);
            assertThat(answer.body()).isEqualTo("{\"complete\":true}");
            assertThat(service.journal().handshakesAccepted()).isEqualTo(4);
        }
    }

    @Test
    void initializeTimesOutWithoutConnections() throws Exception {
        hook("GET", "/pre-stop");
        emulator.faults().always(new Fault.HandshakeStatus(503));
        assertThat(hook("POST", "/initialize").body()).isEqualTo("{\"complete\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /initialize", "GET /pre-freeze", "GET /pre-stop",
            "POST /initialize,GET /pre-freeze,GET /pre-stop", "GET /pre-stop,GET /pre-freeze,POST /initialize",
            "GET /pre-freeze,POST /initialize,GET /pre-stop", "GET /pre-freeze,GET /pre-stop,POST /initialize",
            "GET /pre-stop,POST /initialize,GET /pre-freeze", "POST /initialize,GET /pre-stop,GET /pre-freeze"})
    void hooksInAnyOrderAndTwiceKeepItWorking(String order) throws Exception {
        for (String hook : order.split(",")) {
            String[] call = hook.split(" ");
            for (int twice = 0; twice < 2; twice++) {
                HttpResponse<String> answer = hook(call[0], call[1]);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"complete\":true}");
                int open = call[1].equals("/initialize") ? 4 : 0;
                await().until(() -> emulator.journal().connectionsOpen() == open);
            }
        }
        HttpResponse<byte[]> response = artifact.api().speak(CALL);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        await().until(() -> emulator.journal().connectionsOpen() == 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pre-freeze", "/pre-stop"})
    void hookWaitsForRunningTasks(String hook) throws Exception {
        emulator.faults().next(new Fault.Pacing(0.5));
        HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", SENTENCE));
        CompletableFuture<byte[]> audio = CompletableFuture.supplyAsync(() -> readAll(response.body()));
        assertThat(hook("GET", hook).body()).isEqualTo("{\"complete\":true}");
        assertThat(emulator.journal().tasksRunning()).isZero();
        assertThat(audio.join()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        await().until(() -> emulator.journal().connectionsOpen() == 0);
    }

    @Test
    void taskContinuesAfterTheHookTimeout() throws Exception {
        emulator.faults().next(new Fault.Pacing(1));
        HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", SENTENCE.repeat(4)));
        CompletableFuture<byte[]> audio = CompletableFuture.supplyAsync(() -> readAll(response.body()));
        assertThat(hook("GET", "/pre-stop").body()).isEqualTo("{\"complete\":false}");
        assertThat(audio).isNotDone();
        assertThat(audio.join()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @ParameterizedTest
    @CsvSource({"POST,/initialize", "GET,/pre-freeze", "GET,/pre-stop"})
    void externalClientsCannotCallHooks(String method, String path) throws Exception {
        HttpResponse<String> answer = send(artifact, method, path, Map.of("x-fc-control-path", "/http-invoke"), "");
        HttpResponse<String> nothing = send(artifact, method, "/nothing", Map.of("x-fc-control-path", "/http-invoke"),
                "");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(nothing.body()).contains("\"not_found\"");
        assertThat(emulator.journal().connectionsOpen()).isEqualTo(4);
    }

    @Test
    void externalClientsCannotInvokeEvents() throws Exception {
        int tasks = emulator.journal().tasks().size();
        HttpResponse<String> answer = send(artifact, "POST", "/invoke", Map.of("x-fc-control-path", "/http-invoke"),
                CALL);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-fc-status")).isEmpty();
        assertThat(emulator.journal().tasks()).hasSize(tasks);
    }

    /** The platform sends no token and is served; external clients need one on every path. */
    @Test
    void platformPathsNeedATokenFromOutside() throws Exception {
        try (Artifact guarded = launch(emulator, Map.of("warmvoice.auth.tokens", "a-token"))) {
            guarded.awaitReady();
            for (String[] hook : new String[][]{{"GET", "/pre-freeze"}, {"GET", "/pre-stop"},
                    {"POST", "/initialize"}}) {
                HttpResponse<String> answer = send(guarded, hook[0], hook[1], Map.of("x-fc-control-path", hook[1]), "");
                assertThat(answer.body()).as(hook[1]).isEqualTo("{\"complete\":true}");
            }
            assertThat(invoke(guarded, CALL).statusCode()).isEqualTo(200);
            int tasks = emulator.journal().tasks().size();
            for (String path : List.of("/invoke", "/initialize", "/pre-stop", "/pre-freeze", "//invoke", "/invoke/",
                    "/%69nvoke", "/./invoke", "/v1/audio/speech", "/v1/audio/speech?/invoke")) {
                for (String method : List.of("POST", "GET")) {
                    for (String[] outside : new String[][]{{"x-fc-control-path", "/http-invoke"},
                            {"x-fc-control-path", "/invoke", "x-fc-control-path", "/http-invoke"},
                            {"x-fc-control-path", "/http-invoke", "X-FC-Control-Path", "/initialize"},
                            {"x-fc-control-path", "/invoke, /http-invoke"}, {"x-fc-control-path", "/HTTP-Invoke"}}) {
                        HttpRequest call = HttpRequest.newBuilder(URI.create(guarded.base() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(CALL)).headers(outside).build();
                        HttpResponse<String> answer = client.send(call, ObservedOutput::document);
                        assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(401);
                        assertThat(answer.body()).contains("invalid_api_key");
                    }
                }
            }
            // The exemption covers only the platform's hooks and /invoke, no other path.
            assertThat(send(guarded, "GET", "/v1/models", Map.of("x-fc-control-path", "/invoke"), "").statusCode())
                    .isEqualTo(401);
            assertThat(emulator.journal().tasks()).as("tasks at the service").hasSize(tasks);
            Map<String, String> known = Map.of("x-fc-control-path", "/http-invoke", "Authorization", "Bearer a-token",
                    "Content-Type", "application/json");
            assertThat(send(guarded, "POST", "/v1/audio/speech", known, CALL).statusCode()).isEqualTo(200);
            assertThat(send(guarded, "POST", "/invoke", known, CALL).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,/initialize", "GET,/pre-freeze", "GET,/pre-stop", "POST,/invoke"})
    void otherHostsHaveNoHooks(String method, String path) throws Exception {
        try (Artifact elsewhere = Artifact.start(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY))) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(elsewhere.base().resolve(path))
                            .method(method, HttpRequest.BodyPublishers.ofString(CALL)).build(),
                    ObservedOutput::document);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(elsewhere.log()).contains("Running on a standalone machine");
        }
    }

    @Test
    void servesAnEvent() throws Exception {
        HttpResponse<byte[]> response = invoke(CALL);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("audio/mpeg");
        assertThat(response.headers().firstValue("x-fc-status")).isEmpty();
        assertThat(response.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
    }

    @Test
    void failedEventReportsItsFailureToThePlatform() throws Exception {
        HttpResponse<byte[]> invalid = invoke("{\"input\":\"a\",\"speed\":9}");
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(invalid.headers().firstValue("x-fc-status")).contains("404");
        assertThat(Api.error(invalid).getString("param")).isEqualTo("speed");
        HttpResponse<byte[]> large = invoke("x".repeat(5_000_000));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.headers().firstValue("x-fc-status")).contains("404");
        emulator.faults().next(new Fault.FailBeforeAudio("InternalError", "down"), 2);
        HttpResponse<byte[]> failed = invoke(CALL);
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.headers().firstValue("x-fc-status")).contains("404");
        // The same failure over the HTTP trigger has no such header.
        assertThat(artifact.api().speak("{}").headers().firstValue("x-fc-status")).isEmpty();
    }

    @Test
    void logNamesTheRequestButNoCredential() throws Exception {
        Map<String, String> verbose = Map.of("quarkus.log.level", "ALL", "warmvoice.task.first-audio-timeout", "1s");
        try (Artifact talkative = launch(emulator, verbose)) {
            talkative.awaitReady();
            List<HttpResponse<byte[]>> answers = new ArrayList<>();
            for (Fault fault : new Fault[]{new Fault.FrameBytes(4000), new Fault.Silence(),
                    new Fault.CloseFrame(1011, 0)}) {
                emulator.faults().next(fault, 2);
                answers.add(invoke(talkative, CALL));
                emulator.faults().clear();
            }
            answers.add(invoke(talkative, "{"));
            send(talkative, "POST", "/initialize", Map.of(), "");
            send(talkative, "GET", "/pre-stop", Map.of(), "");
            assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 504, 502, 400);
            StringBuilder said = new StringBuilder(talkative.log());
            answers.forEach(answer -> said.append(answer.headers().map()));
            said.append(talkative.api().get("/q/metrics").body());
            assertThat(said.toString().lines().filter(line -> line.contains("Speech failed:")).toList()).hasSize(2)
                    .allMatch(line -> line.contains("1-69218f00-15d0a3b7"));
            assertThat(said.toString()).contains("DEBUG").doesNotContain("marked-");
        }
    }

    private HttpResponse<String> hook(String method, String path) throws IOException, InterruptedException {
        return send(artifact, method, path, Map.of("x-fc-control-path", path), "");
    }

    private HttpResponse<String> send(Artifact to, String method, String path, Map<String, String> headers,
            String body) throws IOException, InterruptedException {
        return client.send(request(to, method, path, headers, body), ObservedOutput::document);
    }

    private HttpResponse<byte[]> invoke(String event) throws IOException, InterruptedException {
        return invoke(artifact, event);
    }

    private HttpResponse<byte[]> invoke(Artifact to, String event) throws IOException, InterruptedException {
        return client.send(request(to, "POST", "/invoke", Map.of("x-fc-control-path", "/invoke", "Content-Type",
                "application/octet-stream"), event), ObservedOutput::speech);
    }

    private static HttpRequest request(Artifact to, String method, String path, Map<String, String> headers,
            String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(to.base().resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        PLATFORM.forEach(request::header);
        headers.forEach(request::header);
        return request.build();
    }

    private static byte[] readAll(InputStream body) {
        try (body) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
