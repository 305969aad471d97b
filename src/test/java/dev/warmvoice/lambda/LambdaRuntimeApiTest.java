package dev.warmvoice.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Runtime API stand-in, driven by a plain HTTP client in the role of the function. */
class LambdaRuntimeApiTest {

    private static final JsonObject EVENT = new JsonObject().put("n", 1);

    private final LambdaRuntimeApi api = new LambdaRuntimeApi(Duration.ofSeconds(20));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void deliversAnEventWithItsHeaders() throws Exception {
        api.invoke(EVENT);
        long before = System.currentTimeMillis();
        HttpResponse<String> event = next(api).get(5, TimeUnit.SECONDS);
        assertThat(event.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(event.body())).isEqualTo(EVENT);
        assertThat(event.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(event.headers().firstValueAsLong("Content-Length")).hasValue(event.body().length());
        assertThat(event.headers().firstValueAsLong("Lambda-Runtime-Deadline-Ms").orElseThrow())
                .isBetween(before + 20_000, System.currentTimeMillis() + 20_000);
        assertThat(event.headers().firstValue("Lambda-Runtime-Invoked-Function-Arn").orElseThrow())
                .startsWith("arn:aws:lambda:");
        assertThat(event.headers().firstValue("Lambda-Runtime-Trace-Id").orElseThrow()).startsWith("Root=");
    }

    @Test
    void deliversTheNextEventOnlyAfterTheAnswer() throws Exception {
        CompletableFuture<LambdaInvocation.Outcome> first = api.invoke(EVENT);
        CompletableFuture<LambdaInvocation.Outcome> second = api.invoke(new JsonObject().put("n", 2));
        String id = id(next(api).get(5, TimeUnit.SECONDS));
        assertThat(next(api).get(5, TimeUnit.SECONDS).statusCode()).as("a poll before the answer").isEqualTo(403);
        HttpResponse<String> accepted = post("invocation/" + id + "/response", "{\"statusCode\":200}");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(accepted.body()).getString("status")).isEqualTo("OK");
        assertThat(first.get(5, TimeUnit.SECONDS).payload().toString()).isEqualTo("{\"statusCode\":200}");
        assertThat(next(api).get(5, TimeUnit.SECONDS).body()).contains("2");
        assertThat(second).isNotDone();
        assertThat(api.responses()).isEqualTo(1);
    }

    /** A whole response, and each of its parts missing or wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "streaming|chunked|A|{\"statusCode\":200,\"headers\":{}}|A: b|",
            "Streaming|chunked|A|{\"statusCode\":200,\"headers\":{}}|A: b|Invalid function response mode",
            "streaming|identity|A|{\"statusCode\":200,\"headers\":{}}|A: b|not chunked",
            "streaming|chunked|B|{\"statusCode\":200,\"headers\":{}}|A: b|was not announced",
            "streaming|chunked|A|{\"headers\":{}}|A: b|no status",
            "streaming|chunked|A|{\"statusCode\":200,\"headers\":{\"Connection\":\"close\"}}|A: b|wrong header",
            "streaming|chunked|A|not JSON|A: b|not JSON"})
    void checksAStreamedResponse(String mode, String encoding, String announced, String prelude, String trailer,
            String objection) throws Exception {
        api.invoke(EVENT);
        String id = id(next(api).get(5, TimeUnit.SECONDS));
        String[] address = api.address().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            String body = prelude + "\0".repeat(8) + "audio";
            socket.getOutputStream().write(("POST /2018-06-01/runtime/invocation/" + id + "/response HTTP/1.1\r\n"
                    + "Host: x\r\nContent-Type: application/vnd.awslambda.http-integration-response\r\n"
                    + "Lambda-Runtime-Function-Response-Mode: " + mode + "\r\nTrailer: " + announced + "\r\n"
                    + (encoding.equals("chunked")
                            ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                                    + "\r\n0\r\n" + trailer + "\r\n\r\n"
                            : "Content-Length: " + body.length() + "\r\n\r\n" + body))
                    .getBytes(StandardCharsets.UTF_8));
            if (objection == null) {
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                        .isEqualTo("HTTP/1.1 202");
                assertThat(api.refused()).isEmpty();
            } else {
                await().untilAsserted(() -> assertThat(api.refused())
                        .anyMatch(refusal -> refusal.contains(objection)));
            }
        }
    }

    @Test
    void knowsWhenTheFunctionIsIdle() throws Exception {
        assertThat(api.idle()).isNotDone();
        CompletableFuture<HttpResponse<String>> waiting = next(api);
        api.idle().get(5, TimeUnit.SECONDS);
        api.invoke(EVENT);
        assertThat(api.idle()).isNotDone();
        post("invocation/" + id(waiting.get(5, TimeUnit.SECONDS)) + "/response", "{}");
        assertThat(api.idle()).as("answered, not polling yet").isNotDone();
        CompletableFuture<HttpResponse<String>> again = next(api);
        api.idle().get(5, TimeUnit.SECONDS);
        assertThat(again).isNotDone();
    }

    @Test
    void rejectsWhatThePlatformRejects() throws Exception {
        assertThat(post("invocation/nobody/response", "{}").statusCode()).as("no event delivered").isEqualTo(403);
        CompletableFuture<LambdaInvocation.Outcome> outcome = api.invoke(EVENT);
        String id = id(next(api).get(5, TimeUnit.SECONDS));
        assertThat(post("invocation/nobody/response", "{}").statusCode()).as("another event").isEqualTo(400);
        assertThat(outcome).isNotDone();
        assertThat(post("invocation/" + id + "/response", "{}").statusCode()).isEqualTo(202);
        HttpResponse<String> twice = post("invocation/" + id + "/response", "{}");
        assertThat(twice.statusCode()).isEqualTo(403);
        assertThat(new JsonObject(twice.body()).getString("errorType")).isEqualTo("InvalidStateTransition");
        assertThat(post("restore/next", "").statusCode()).isEqualTo(404);
        assertThat(api.refused()).hasSize(4);
        assertThat(api.responses()).isEqualTo(1);
    }

    @Test
    void acceptsExactlySixMegabytes() throws Exception {
        CompletableFuture<LambdaInvocation.Outcome> largest = api.invoke(EVENT);
        String id = id(next(api).get(5, TimeUnit.SECONDS));
        assertThat(post("invocation/" + id + "/response", "x".repeat(6_291_556)).statusCode()).isEqualTo(202);
        assertThat(largest.join().payload().length()).isEqualTo(6_291_556);
        CompletableFuture<LambdaInvocation.Outcome> larger = api.invoke(EVENT);
        id = id(next(api).get(5, TimeUnit.SECONDS));
        HttpResponse<String> refused = post("invocation/" + id + "/response", "x".repeat(6_291_557));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(refused.body()).getString("errorMessage"))
                .isEqualTo("Exceeded maximum allowed payload size (6291556 bytes).");
        assertThat(larger.join().kind()).isEqualTo(LambdaInvocation.Kind.TOO_LARGE);
    }

    @Test
    void recordsErrorsOfInvocationsAndOfTheStart() throws Exception {
        assertThat(post("init/error", "{\"errorType\":\"a\"}").statusCode()).isEqualTo(202);
        CompletableFuture<LambdaInvocation.Outcome> outcome = api.invoke(EVENT);
        String id = id(next(api).get(5, TimeUnit.SECONDS));
        assertThat(post("invocation/" + id + "/error", "{\"errorType\":\"b\"}").statusCode()).isEqualTo(202);
        assertThat(outcome.join().kind()).isEqualTo(LambdaInvocation.Kind.ERROR);
        assertThat(api.errors()).containsExactly("{\"errorType\":\"a\"}", "{\"errorType\":\"b\"}");
        assertThat(api.responses()).isZero();
    }

    @Test
    void abandonsAnEventAtItsDeadline() throws Exception {
        try (LambdaRuntimeApi hasty = new LambdaRuntimeApi(Duration.ofMillis(200))) {
            CompletableFuture<LambdaInvocation.Outcome> outcome = hasty.invoke(EVENT);
            next(hasty).get(5, TimeUnit.SECONDS);
            LambdaInvocation.Outcome ended = outcome.get(5, TimeUnit.SECONDS);
            assertThat(ended.kind()).isEqualTo(LambdaInvocation.Kind.TIMEOUT);
            assertThat(ended.took()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
        }
    }

    @Test
    void countsASilentConnection() throws Exception {
        assertThat(api.connections()).isZero();
        String[] address = api.address().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            await().until(() -> api.connections() == 1);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    private CompletableFuture<HttpResponse<String>> next(LambdaRuntimeApi of) {
        return client.sendAsync(HttpRequest.newBuilder(uri(of, "invocation/next")).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(api, path)).POST(HttpRequest.BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    private static URI uri(LambdaRuntimeApi of, String path) {
        return URI.create("http://" + of.address() + "/2018-06-01/runtime/" + path);
    }

    private static String id(HttpResponse<String> event) {
        return event.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
    }
}
