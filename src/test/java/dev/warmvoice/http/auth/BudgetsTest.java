package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.EmulatorResource;
import dev.warmvoice.testing.LiveClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The characters that a token may have spoken a day, on every way in. Each test has a token of its own. */
@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.auth.tokens", value = "unnamed-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.http.token", value = "http-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.http.characters-per-day", value = "30"),
        @ResourceArg(name = "warmvoice.auth.tokens.sse.token", value = "sse-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.sse.characters-per-day", value = "13"),
        @ResourceArg(name = "warmvoice.auth.tokens.live.token", value = "live-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.live.characters-per-day", value = "30"),
        @ResourceArg(name = "warmvoice.auth.tokens.event.token", value = "event-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.event.characters-per-day", value = "13"),
        @ResourceArg(name = "warmvoice.auth.tokens.failing.token", value = "failing-token"),
        @ResourceArg(name = "warmvoice.auth.tokens.failing.characters-per-day", value = "13")})
class BudgetsTest {

    /** 13 characters. */
    private static final String TEXT = "Good morning.";
    private static final JsonObject CALL = new JsonObject().put("input", TEXT);

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    @Test
    void aRequestBeyondTheBudgetIsRefused() throws Exception {
        Api api = new Api(base).withToken("http-token");
        assertThat(api.speak(CALL).statusCode()).isEqualTo(200);
        assertThat(api.speak(CALL).statusCode()).isEqualTo(200);
        int tasks = emulator.journal().tasksStarted();
        HttpResponse<byte[]> refused = api.speak(CALL);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertQuota(Api.error(refused), 30, 4);
        assertThat(Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow())).isBetween(1L, 86_400L);
        assertThat(api.speak(new JsonObject().put("input", "Yes.")).statusCode()).as("4 characters").isEqualTo(200);
        assertThat(emulator.journal().tasksStarted()).isEqualTo(tasks + 1);
        assertThat(new Api(base).withToken("unnamed-token").speak(CALL).statusCode()).isEqualTo(200);
    }

    @Test
    void serverSentEventsCount() throws Exception {
        Api api = new Api(base).withToken("sse-token");
        JsonObject call = CALL.copy().put("stream_format", "sse");
        assertThat(api.speak(call).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> refused = api.speak(call);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertQuota(Api.error(refused), 13, 0);
    }

    @Test
    void aLiveSocketStaysOpen() throws Exception {
        try (LiveClient live = LiveClient.withToken(base, "live-token")) {
            live.start(new JsonObject()).text(TEXT).finish().next("finished");
            live.start(new JsonObject());
            String id = live.next("started").getString("id");
            JsonObject error = live.text("This is too much.").text("x".repeat(10)).next("error");
            assertThat(error.getString("id")).isEqualTo(id);
            assertQuota(error.getJsonObject("error"), 30, 0);
            live.start(new JsonObject()).text(TEXT).finish().next("finished");
        }
    }

    @Test
    void anEventCounts() throws Exception {
        FunctionUrlEvent event = FunctionUrlEvent.speech(CALL).withToken("event-token");
        assertThat(invoke(event).status()).isEqualTo(200);
        FunctionUrlAnswer refused = invoke(event);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isPresent();
        assertQuota(refused.error(), 13, 0);
    }

    @Test
    void aRequestWithoutAudioGivesItsCharactersBack() throws Exception {
        Api api = new Api(base).withToken("failing-token");
        emulator.faults().always(new Fault.FailBeforeAudio("InvalidParameter", "no"));
        for (int i = 0; i < 3; i++) {
            assertThat(api.speak(CALL).statusCode()).isEqualTo(400);
        }
        emulator.faults().clear();
        assertThat(api.speak(CALL).statusCode()).isEqualTo(200);
        assertThat(api.speak(CALL).statusCode()).isEqualTo(429);
    }

    private static void assertQuota(JsonObject error, int max, int left) {
        assertThat(error.getString("type")).isEqualTo("insufficient_quota");
        assertThat(error.getString("code")).isEqualTo("insufficient_quota");
        assertThat(error.getString("message")).contains(max + " characters", left + " of today's");
    }

    private static FunctionUrlAnswer invoke(FunctionUrlEvent event) throws Exception {
        int port = ConfigProvider.getConfig().getValue("quarkus.lambda.mock-event-server.test-port", Integer.class);
        HttpResponse<String> response = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/_lambda_"))
                        .POST(HttpRequest.BodyPublishers.ofString(event.toJson().encode())).build(),
                HttpResponse.BodyHandlers.ofString());
        return FunctionUrlAnswer.of(new JsonObject(response.body()));
    }
}
