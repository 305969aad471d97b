package dev.warmvoice.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
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
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.auth.tokens", value = AuthScenarios.PLAIN + ", sha256:" + AuthScenarios.DIGEST),
        @ResourceArg(name = "warmvoice.auth.streams-per-token", value = "1"),
        @ResourceArg(name = "warmvoice.page.enabled", value = "true"),
        @ResourceArg(name = "warmvoice.lambda.time-limit", value = "2s"),
        @ResourceArg(name = "warmvoice.task.text-timeout", value = "1500ms")})
class AuthTest extends AuthScenarios {

    private static final JsonObject CALL = new JsonObject().put("input", "Good morning. Your train leaves at nine.");

    private final HttpClient client = HttpClient.newHttpClient();

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    @Override
    URI base() {
        return base;
    }

    @Override
    Emulator emulator() {
        return emulator;
    }

    @Test
    void anEventRequiresAToken() throws Exception {
        for (FunctionUrlEvent event : List.of(FunctionUrlEvent.speech(CALL), FunctionUrlEvent.get("/v1/models"),
                FunctionUrlEvent.get("/nothing"), FunctionUrlEvent.get("/q/health/"),
                FunctionUrlEvent.get("/v1/models?token=" + PLAIN),
                FunctionUrlEvent.get("/v1/models").withToken("wrong"),
                FunctionUrlEvent.get("/v1/models").withToken("sha256:" + DIGEST))) {
            FunctionUrlAnswer answer = invoke(event);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
            assertThat(answer.error().getString("code")).isEqualTo("invalid_api_key");
        }
        for (String token : List.of(PLAIN, DIGESTED)) {
            assertThat(invoke(FunctionUrlEvent.speech(CALL).withToken(token)).body())
                    .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
            assertThat(invoke(FunctionUrlEvent.get("/v1/models").withToken(token)).status()).isEqualTo(200);
        }
        assertThat(invoke(FunctionUrlEvent.get("/q/health/live")).status()).isEqualTo(200);
    }

    @Test
    void anEventHoldsItsStreamUntilItsAnswer() throws Exception {
        FunctionUrlEvent event = FunctionUrlEvent.speech(CALL).withToken(PLAIN);
        for (Fault fault : List.of(new Fault.Silence(), new Fault.CloseFrame(1011, 3),
                new Fault.FailBeforeAudio("InvalidParameter", "no"))) {
            emulator.faults().always(fault);
            assertThat(invoke(event).status()).as(fault.toString()).isGreaterThanOrEqualTo(400);
            emulator.faults().clear();
            assertThat(invoke(event).status()).as("after " + fault).isEqualTo(200);
        }
        try (LiveClient live = LiveClient.withToken(base, PLAIN)) {
            live.start(new JsonObject()).next("started");
            FunctionUrlAnswer answer = invoke(event);
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("Retry-After")).contains("1");
            assertThat(answer.error().getString("code")).isEqualTo("too_many_streams");
        }
    }

    private FunctionUrlAnswer invoke(FunctionUrlEvent event) throws Exception {
        int port = ConfigProvider.getConfig().getValue("quarkus.lambda.mock-event-server.test-port", Integer.class);
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/_lambda_"))
                        .POST(HttpRequest.BodyPublishers.ofString(event.toJson().encode())).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return FunctionUrlAnswer.of(new JsonObject(response.body()));
    }
}
