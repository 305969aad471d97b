package dev.warmvoice.http.auth;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.ObservedOutput;
import dev.warmvoice.testing.PoolHealth;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with and without a token, as seen by clients of both test mode and the built artifact. */
abstract class AuthScenarios {

    /** A token configured in plain text. */
    static final String PLAIN = "plain-token-4711";
    /** A token configured as a digest. */
    static final String DIGESTED = "digested-token-0815";
    static final String DIGEST = "da696594215290288edfbfdc2b601446268d622060f3a3be80036f853d092d95";
    /** The limit is one stream, so that the next request detects a stream that was not released. */
    static final Map<String, String> SETTINGS = Map.of("warmvoice.auth.tokens", PLAIN + ", sha256:" + DIGEST,
            "warmvoice.auth.streams-per-token", "1", "warmvoice.page.enabled", "true");

    private static final JsonObject CALL = new JsonObject().put("input", SENTENCE);
    private static final JsonObject DEFAULTS = new JsonObject();

    private Api stranger;
    private Api client;

    abstract URI base();

    abstract Emulator emulator();

    @BeforeEach
    void reset() {
        stranger = new Api(base());
        client = stranger.withToken(PLAIN);
        emulator().faults().clear();
    }

    @AfterEach
    void awaitNoRunningTasks() {
        emulator().faults().clear();
        await().until(() -> emulator().journal().tasksRunning() == 0);
        await().untilAsserted(() -> assertThat(PoolHealth.of(stranger)).isEqualTo(PoolHealth.atRest(4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "GET /v1/models/cosyvoice-v2", "GET /v1/audio/voices",
            "POST /v1/audio/speech", "GET /v1/audio/speech", "OPTIONS /v1/audio/speech", "GET /v1/audio/speech/live",
            "GET /", "HEAD /", "GET /index.html", "GET /page/page.js", "GET /page%2fpage.js", "GET /q/metrics",
            "GET /q/openapi", "GET /q/openapi.json", "GET /q/swagger-ui/", "GET /q", "GET /nothing", "POST /invoke",
            "POST /initialize", "GET /pre-stop", "GET /q/healthy", "GET /q/health/../metrics",
            "GET /q/health/../../v1/models", "GET /q/health/%2e%2e/metrics", "GET /q/health/..;/metrics",
            "GET /q/health;/../metrics", "GET //q/metrics", "GET /q/health/%2e%2e%2fmetrics",
            "GET /v1/models?/q/health", "GET /v1/models?access_token=" + PLAIN + "&token=" + PLAIN + "&key=" + PLAIN})
    void everyRouteRequiresAToken(String request) throws Exception {
        String answer = raw(request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 401 ").containsIgnoringCase("\r\nWWW-Authenticate: Bearer\r\n");
        if (!request.startsWith("HEAD")) {
            JsonObject error = new JsonObject(answer.substring(answer.indexOf('{'))).getJsonObject("error");
            assertThat(error.getString("code")).isEqualTo("invalid_api_key");
            assertThat(error.getString("type")).isEqualTo("invalid_request_error");
            assertThat(error.getString("message")).contains("token").doesNotContain(PLAIN);
            assertThat(error.containsKey("param")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models HTTP/1.1\r\n",
            "GET /v1/audio/speech/live HTTP/1.1\r\nHost: http://[::1\r\n",
            "POST /v1/audio/speech HTTP/1.1\r\nHost: x:99999999\r\nContent-Length: 0\r\n",
            "GET ?q HTTP/1.1\r\nHost: x\r\n"})
    void requestWithoutHostOrPathIsABadRequest(String head) throws Exception {
        String answer = raw(head + "Connection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/\\d\\.\\d 400 .*");
        JsonObject error = new JsonObject(answer.substring(answer.indexOf('{'))).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("bad_request");
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        assertThat(error.getString("message")).contains("Host header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started"})
    void healthNeedsNoToken(String path) {
        await().untilAsserted(() -> assertThat(stranger.get(path).statusCode()).isEqualTo(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer " + PLAIN, "Bearer " + DIGESTED, "bearer " + PLAIN, "BEARER   " + DIGESTED})
    void eachTokenIsValidOnEveryRoute(String authorization) throws Exception {
        Api known = stranger.withAuthorization(authorization);
        HttpResponse<byte[]> speech = known.speak(CALL);
        assertThat(speech.statusCode()).isEqualTo(200);
        assertThat(speech.body()).isEqualTo(Emulator.audioOf(emulator().journal().lastTask()));
        for (String path : List.of("/v1/models", "/", "/page/page.js", "/q/metrics", "/q/openapi")) {
            assertThat(known.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer wrong", "Bearer sha256:" + DIGEST, "Bearer " + DIGEST,
            "Bearer " + PLAIN + "x", "Bearer " + PLAIN + " " + PLAIN, "Bearer " + PLAIN + "," + PLAIN, PLAIN,
            "Basic " + PLAIN, "Bearer" + PLAIN, "Bearer \u00e4"})
    void invalidCredentialsAreRejected(String authorization) throws Exception {
        int tasks = emulator().journal().tasks().size();
        HttpResponse<byte[]> response = stranger.withAuthorization(authorization).speak(CALL);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Api.error(response).getString("code")).isEqualTo("invalid_api_key");
        assertThat(emulator().journal().tasks()).as("tasks at the service").hasSize(tasks);
    }

    @Test
    void inventedMethodsAndPathsCreateNoMetrics() throws Exception {
        for (int i = 0; i < 20; i++) {
            raw("INVENTED" + i + " /invented/" + i + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            for (String method : List.of("GET", "DELETE", "OPTIONS")) {
                for (String path : List.of("/invented/", "/%invented", "/v1/models/invented", "/v1/models;invented")) {
                    raw(method + " " + path + i + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + PLAIN + "\r\n\r\n");
                }
            }
        }
        client.get("/v1/models");
        assertThat(client.get("/q/metrics").body()).contains("uri=\"OTHER\"", "method=\"OTHER\"",
                "uri=\"/v1/models\"").doesNotContain("INVENTED", "invented");
    }

    @Test
    void rejectsBeforeTheBodyArrives() throws Exception {
        for (int length : new int[]{100, 11_000_000}) {
            String head = "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + length + "\r\n";
            try (Socket socket = connect()) {
                socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 401");
            }
        }
    }

    @Test
    void connectionStaysUsableAfterARejection() throws Exception {
        String body = CALL.encode();
        String refused = "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        String answers = raw(refused + refused + "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + PLAIN
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answers.split("HTTP/1.1 401 ", -1)).hasSize(3);
        assertThat(answers).contains("HTTP/1.1 200 OK").contains("cosyvoice-v2");
    }

    @Test
    void aLiveSocketOpensWithAToken() {
        try (LiveClient client = LiveClient.withToken(base(), DIGESTED)) {
            client.start(DEFAULTS).text(SENTENCE).finish().next("finished");
            assertThat(client.subprotocol()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DIGESTED})
    void aLiveSocketOpensWithASubprotocolToken(String token) {
        for (String[] others : new String[][]{{bearer(token), "warmvoice"}, {"warmvoice", "other", bearer(token)}}) {
            try (LiveClient client = new LiveClient(base(), "/v1/audio/speech/live",
                    handshake -> handshake.subprotocols(others[0], List.of(others).subList(1, others.length)
                            .toArray(String[]::new)))) {
                assertThat(client.subprotocol()).isEqualTo("warmvoice");
                client.start(DEFAULTS).text(SENTENCE).finish().next("finished");
            }
        }
    }

    @Test
    void subprotocolTokenIsNotEchoed() throws Exception {
        for (String asked : List.of(bearer(PLAIN), bearer(PLAIN) + ", warmvoice", bearer("wrong") + ", warmvoice")) {
            try (Socket socket = connect()) {
                socket.getOutputStream()
                        .write(LiveClient.handshake("/v1/audio/speech/live", "Sec-WebSocket-Protocol: " + asked
                                + "\r\n").getBytes(StandardCharsets.US_ASCII));
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    head.append((char) socket.getInputStream().read());
                }
                assertThat(head.toString()).startsWith("HTTP/1.1 " + (asked.contains(bearer(PLAIN)) ? 101 : 401))
                        .doesNotContain("bearer.");
            }
        }
    }

    @ParameterizedTest
    @MethodSource
    void aLiveSocketDoesNotOpenWithoutAToken(String path, String header) throws Exception {
        String answer = raw(LiveClient.handshake(path, header + "Connection: close\r\n"));
        assertThat(answer).startsWith("HTTP/1.1 401 ").contains("\"invalid_api_key\"");
    }

    static List<Arguments> aLiveSocketDoesNotOpenWithoutAToken() {
        String live = "/v1/audio/speech/live";
        return List.of(Arguments.of(live, ""), Arguments.of(live + "?token=" + PLAIN, ""),
                Arguments.of(live + "?access_token=" + PLAIN + "&authorization=Bearer%20" + PLAIN, ""),
                Arguments.of(live, "Authorization: Bearer wrong\r\n"),
                Arguments.of(live, "Sec-WebSocket-Protocol: warmvoice\r\n"),
                Arguments.of(live, "Sec-WebSocket-Protocol: warmvoice, bearer.\r\n"),
                Arguments.of(live, "Sec-WebSocket-Protocol: bearer." + PLAIN + ", warmvoice\r\n"),
                Arguments.of(live, "Sec-WebSocket-Protocol: warmvoice, bearer.%%%\r\n"));
    }

    @Test
    void limitsConcurrentStreamsPerToken() throws Exception {
        emulator().faults().next(new Fault.Pacing(1));
        HttpResponse<InputStream> first = client.open(new JsonObject().put("input", STORY));
        try (InputStream audio = first.body(); LiveClient live = LiveClient.withToken(base(), PLAIN)) {
            assertThat(audio.read()).isNotNegative();
            int tasks = emulator().journal().tasks().size();
            for (JsonObject call : List.of(CALL, CALL.copy().put("stream_format", "sse"))) {
                HttpResponse<byte[]> second = client.speak(call);
                assertThat(second.statusCode()).isEqualTo(429);
                assertThat(second.headers().firstValue("Retry-After")).contains("1");
                assertThat(Api.error(second).getString("code")).isEqualTo("too_many_streams");
                assertThat(Api.error(second).getString("type")).isEqualTo("rate_limit_error");
            }
            JsonObject refused = live.start(DEFAULTS).next("error");
            assertThat(refused.getJsonObject("error").getString("code")).isEqualTo("too_many_streams");
            assertThat(emulator().journal().tasks()).as("tasks at the service").hasSize(tasks);
            assertThat(client.get("/v1/models").statusCode()).as("a request without speech").isEqualTo(200);
            assertThat(stranger.withToken(DIGESTED).speak(CALL).statusCode()).as("another token").isEqualTo(200);
        }
        await().untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
    }

    @Test
    void streamIsReleasedBeforeTheClientReceivesTheEnd() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(client.speak(CALL).statusCode()).as("request " + i).isEqualTo(200);
        }
        try (LiveClient client = LiveClient.withToken(base(), PLAIN)) {
            for (int i = 0; i < 20; i++) {
                List<Object> heard = client.start(DEFAULTS).text(SENTENCE).finish().until("finished");
                assertThat(LiveClient.messages(heard, "error")).as("utterance " + i).isEmpty();
                client.start(DEFAULTS).text(STORY).cancel();
                assertThat(LiveClient.messages(client.until("cancelled"), "error")).as("after " + i).isEmpty();
            }
        }
        assertThat(client.speak(CALL).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "{\"input\":\"a\",\"speed\":9}", "{\"input\":\"...\"}", ""})
    void invalidRequestReleasesItsStream(String body) throws Exception {
        assertThat(client.speak(body).statusCode()).isEqualTo(400);
        assertThat(client.speak(CALL).statusCode()).isEqualTo(200);
    }

    static List<Fault> failedUtteranceReleasesItsStream() {
        return List.of(new Fault.FailBeforeAudio("InvalidParameter", "no"), new Fault.Throttled(),
                new Fault.CloseFrame(1011, 0), new Fault.NoTaskStarted(), new Fault.Silence(), new Fault.Stall(3),
                new Fault.FailAfterAudio("InternalError", "down", 3), new Fault.Rst(3), new Fault.NoTaskFinished());
    }

    /** Failures at once and after a retry, before and during audio, by error and by timeout. */
    @ParameterizedTest
    @MethodSource
    void failedUtteranceReleasesItsStream(Fault fault) throws Exception {
        emulator().faults().always(fault);
        HttpResponse<InputStream> response = client.open(CALL);
        if (response.statusCode() == 200) {
            assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
        }
        emulator().faults().clear();
        assertThat(client.speak(CALL).statusCode()).isEqualTo(200);
        emulator().faults().always(fault);
        try (LiveClient client = LiveClient.withToken(base(), PLAIN)) {
            client.start(DEFAULTS).text(SENTENCE).finish().next("error");
            emulator().faults().clear();
            client.start(DEFAULTS).text(SENTENCE).finish();
            assertThat(LiveClient.messages(client.until("finished"), "error")).isEmpty();
        }
    }

    @Test
    void disconnectReleasesTheStream() throws Exception {
        emulator().faults().next(new Fault.Pacing(1));
        try (InputStream audio = client.open(new JsonObject().put("input", STORY)).body()) {
            assertThat(audio.read()).isNotNegative();
        }
        await().untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
        emulator().faults().next(new Fault.Silence());
        int before = emulator().journal().tasksStarted();
        try (Socket socket = connect()) {
            String body = CALL.encode();
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + PLAIN + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> emulator().journal().tasksStarted() == before + 1);
        }
        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
        try (LiveClient client = LiveClient.withToken(base(), PLAIN)) {
            client.start(DEFAULTS).next("started");
            client.abort();
        }
        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
    }

    @Test
    void disconnectedSlowReaderReleasesItsStream() throws Exception {
        emulator().faults().next(new Fault.FrameBytes(16_000));
        String body = new JsonObject().put("input", STORY.repeat(12)).put("response_format", "pcm")
                .put("sample_rate", 48_000).encode();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + PLAIN + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body).getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThat(client.speak(CALL).statusCode()).isEqualTo(429);
            await().untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
        }
    }

    @Test
    void textTimeoutReleasesItsStream() {
        try (LiveClient client = LiveClient.withToken(base(), PLAIN)) {
            client.start(DEFAULTS).text("And then");
            assertThat(client.next("error").getJsonObject("error").getString("code")).isEqualTo("text_timeout");
            client.start(DEFAULTS).text(SENTENCE).finish();
            assertThat(LiveClient.messages(client.until("finished"), "error")).isEmpty();
        }
    }

    @Test
    void sendsSecurityHeaders() throws Exception {
        for (String path : List.of("/", "/index.html", "/page/page.js", "/page/page.css")) {
            HttpResponse<String> page = client.get(path);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'").contains("frame-ancestors 'none'");
            assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
            assertThat(page.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
            assertThat(page.headers().firstValue("Cross-Origin-Resource-Policy")).contains("same-origin");
            assertThat(page.headers().firstValue("Permissions-Policy").orElseThrow()).contains("microphone=()");
        }
        for (String path : List.of("/", "/v1/models", "/q/metrics", "/q/health", "/nothing")) {
            HttpResponse<String> answer = client.get(path);
            assertThat(answer.headers().allValues("X-Content-Type-Options")).as(path).containsExactly("nosniff");
            assertThat(answer.headers().map().keySet()).as(path)
                    .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
        }
        assertThat(client.speak(CALL).headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(stranger.get("/").headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void otherOriginsGetNoCorsHeaders() throws Exception {
        String answer = raw("OPTIONS /v1/audio/speech HTTP/1.1\r\nHost: x\r\nOrigin: http://elsewhere.example\r\n"
                + "Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContainIgnoringCase("access-control-allow");
    }

    static String bearer(String token) {
        String encoded = Base64.getUrlEncoder().withoutPadding()
                .encodeToString(token.getBytes(StandardCharsets.UTF_8));
        ObservedOutput.secret(token);
        ObservedOutput.secret(encoded);
        return "bearer." + encoded;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(base().getHost(), base().getPort());
        socket.setSoTimeout(5000);
        return socket;
    }

    /** Sends the bytes unchanged, and reads until the server closes the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
