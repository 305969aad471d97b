package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.ObservedOutput;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings for tokens, limits, routes and origins, on the packaged process. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class AuthSettingsIT {

    private static final String TOKEN = "marked-token-4711";
    private static final String ORIGIN = "https://app.example";
    private static final JsonObject CALL = new JsonObject().put("input", "Good morning.");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
    private final Map<String, String> settings = LambdaInstance.settings(emulator);

    @AfterEach
    void stop() {
        emulator.close();
    }

    @Test
    void withoutTokensEveryAuthorizationIsAccepted() throws Exception {
        try (Artifact artifact = Artifact.start(settings);
                LiveClient live = new LiveClient(artifact.base(), "/v1/audio/speech/live",
                        handshake -> handshake.subprotocols("warmvoice", AuthScenarios.bearer(TOKEN)))) {
            assertThat(artifact.api().speak(CALL).statusCode()).isEqualTo(200);
            assertThat(artifact.api().withToken(TOKEN).speak(CALL).statusCode()).isEqualTo(200);
            assertThat(live.subprotocol()).isEqualTo("warmvoice");
            live.start(new JsonObject()).text("Good morning.").finish().next("finished");
        }
    }

    @Test
    void limitsTheRequestRatePerToken() throws Exception {
        settings.put("warmvoice.auth.tokens", TOKEN + ",other");
        settings.put("warmvoice.auth.rate-per-token", "3");
        try (Artifact artifact = Artifact.start(settings);
                LiveClient live = LiveClient.withToken(artifact.base(), "other")) {
            Api client = artifact.api().withToken(TOKEN);
            HttpResponse<String> answer = client.get("/v1/models");
            for (int i = 0; i < 20 && answer.statusCode() == 200; i++) {
                answer = client.get("/v1/models");
            }
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
            assertThat(error.getString("code")).isEqualTo("too_many_requests");
            assertThat(error.getString("type")).isEqualTo("rate_limit_error");
            assertThat(artifact.api().get("/q/health/live").statusCode()).as("health").isEqualTo(200);
            assertThat(artifact.api().withToken("wrong").get("/v1/models").statusCode()).isEqualTo(401);
            await().untilAsserted(() -> assertThat(client.speak(CALL).statusCode()).isEqualTo(200));
            // Each start counts as a request; otherwise one socket would bypass the limit.
            for (int i = 0; i < 20; i++) {
                live.start(new JsonObject()).cancel();
            }
            List<Object> heard = live.until("error");
            JsonObject refused = (JsonObject) heard.get(heard.size() - 1);
            assertThat(refused.getJsonObject("error").getString("code")).isEqualTo("too_many_requests");
            assertThat(LiveClient.messages(heard, "started")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"metrics,/q/metrics,/q/openapi", "openapi,/q/openapi,/q/metrics", "openapi,/q/openapi.json,/q/metrics",
            "page,/,/q/metrics"})
    void aDisabledRouteIsNotFound(String door, String path, String other) throws Exception {
        settings.put("warmvoice." + door + ".enabled", "false");
        try (Artifact artifact = Artifact.start(settings)) {
            HttpResponse<String> answer = artifact.api().get(path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(artifact.api().get("/nothing").body());
            assertThat(artifact.api().get(other).statusCode()).isEqualTo(200);
            assertThat(artifact.api().speak(CALL).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void allowedOriginsStillNeedAToken() throws Exception {
        settings.put("warmvoice.auth.tokens", TOKEN);
        settings.put("quarkus.http.cors.enabled", "true");
        settings.put("quarkus.http.cors.origins", ORIGIN);
        try (Artifact artifact = Artifact.start(settings)) {
            HttpResponse<String> preflight = send(artifact, "OPTIONS", ORIGIN, "Access-Control-Request-Method", "POST",
                    "Access-Control-Request-Headers", "authorization,content-type");
            assertThat(preflight.statusCode()).isEqualTo(200);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains(ORIGIN);
            assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                    .contains("authorization");
            HttpResponse<String> refused = send(artifact, "POST", ORIGIN);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                    .as("header that lets a page read the error")
                    .contains(ORIGIN);
            HttpResponse<String> spoken = send(artifact, "POST", ORIGIN, "Authorization", "Bearer " + TOKEN);
            assertThat(spoken.statusCode()).isEqualTo(200);
            assertThat(spoken.headers().firstValue("Access-Control-Allow-Origin")).contains(ORIGIN);
            assertThat(send(artifact, "POST", "https://evil.example", "Authorization", "Bearer " + TOKEN).statusCode())
                    .isEqualTo(403);
            assertThat(send(artifact, "OPTIONS", null).statusCode()).as("no preflight").isEqualTo(401);
            try (LiveClient live = new LiveClient(artifact.base(), "/v1/audio/speech/live",
                    handshake -> handshake.header("Origin", ORIGIN).subprotocols("warmvoice",
                            AuthScenarios.bearer(TOKEN)))) {
                live.start(new JsonObject()).text("Good morning.").finish().next("finished");
            }
            assertThatThrownBy(() -> new LiveClient(artifact.base(), "/v1/audio/speech/live",
                    handshake -> handshake.header("Origin", ORIGIN).subprotocols("warmvoice")))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void onlyAllowedOriginsGetAudio() throws Exception {
        settings.put("quarkus.http.cors.enabled", "true");
        settings.put("quarkus.http.cors.origins", ORIGIN);
        try (Artifact artifact = Artifact.start(settings)) {
            assertThat(send(artifact, "POST", ORIGIN, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(200);
            assertThat(send(artifact, "POST", artifact.base().toString()).statusCode()).isEqualTo(200);
            assertThat(send(artifact, "POST", null).statusCode()).isEqualTo(200);
            int tasks = emulator.journal().tasksStarted();
            for (String evil : new String[]{"https://evil.example", "null"}) {
                assertThat(send(artifact, "POST", evil).statusCode()).isEqualTo(403);
            }
            assertThat(send(artifact, "POST", null, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
            assertThat(emulator.journal().tasksStarted()).isEqualTo(tasks);
        }
    }

    private HttpResponse<String> send(Artifact to, String method, String origin, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(to.base().resolve("/v1/audio/speech"))
                .method(method, HttpRequest.BodyPublishers.ofString(CALL.encode()))
                .header("Content-Type", "application/json");
        if (origin != null) {
            request.header("Origin", origin);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), ObservedOutput::document);
    }

    /** Enables all logging, and tries every route with valid and invalid tokens. */
    @ParameterizedTest
    @ValueSource(strings = {TOKEN, "sha256:86bf90d98ebafdac3210bc5cf44e032417ad02ea16e83f1acb964208996c852f", ""})
    void leaksNoToken(String configured) throws Exception {
        if (!configured.isEmpty()) {
            settings.put("warmvoice.auth.tokens", configured + ",sha256:" + "ab".repeat(32));
            settings.put("warmvoice.auth.streams-per-token", "1");
            settings.put("warmvoice.auth.rate-per-token", "8");
        }
        settings.put("quarkus.log.level", "ALL");
        settings.put("quarkus.log.min-level", "ALL");
        settings.put("warmvoice.page.enabled", "true");
        settings.put("quarkus.http.access-log.enabled", "true");
        StringBuilder seen = new StringBuilder();
        String bearer = AuthScenarios.bearer(TOKEN);
        try (Artifact artifact = Artifact.launch(settings, Map.of())) {
            artifact.awaitReady();
            for (Api api : List.of(artifact.api().withToken(TOKEN), artifact.api().withAuthorization(TOKEN))) {
                for (String path : List.of("/v1/models", "/", "/nothing", "/q/health", "/v1/audio/speech/live",
                        "/v1/audio/speech", "/q/metrics", "/q/metrics", "/v1/models", "/v1/models")) {
                    HttpResponse<String> answer = api.get(path);
                    seen.append(answer.statusCode()).append(answer.headers().map()).append(answer.body());
                }
                seen.append(new String(api.speak(CALL).body())).append(new String(api.speak("{").body()));
            }
            URI base = artifact.base();
            for (String[] protocols : new String[][]{{"warmvoice", bearer}, {bearer}, {bearer, "other"}}) {
                try (LiveClient live = new LiveClient(base, "/v1/audio/speech/live", handshake -> handshake
                        .header("Cookie", "a=b").subprotocols(protocols[0],
                                List.of(protocols).subList(1, protocols.length).toArray(String[]::new)))) {
                    live.start(new JsonObject()).text("Good morning.").finish().next("finished");
                } catch (RuntimeException refused) {
                    seen.append(refused);
                }
            }
            seen.append(artifact.api().get("/q/metrics").body());
            artifact.terminate();
            artifact.awaitEnd(Duration.ofSeconds(40));
            seen.append(artifact.log());
        }
        assertThat(seen.toString()).contains("DEBUG").contains("cosyvoice-v2");
        assertThat(seen.toString()).doesNotContain(TOKEN).doesNotContain(bearer);
    }
}
