package dev.warmvoice.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;

/** A test client over HTTP, independent of the product's code, that detects truncated bodies. */
public final class Api {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient client;
    private final URI base;
    private final Map<String, String> headers;

    public Api(URI base) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), base, Map.of());
    }

    private Api(HttpClient client, URI base, Map<String, String> headers) {
        this.client = client;
        this.base = base;
        this.headers = headers;
    }

    /** Returns the same client with a token. */
    public Api withToken(String token) {
        return withAuthorization("Bearer " + token);
    }

    /** Returns the same client with an {@code Authorization} header. */
    public Api withAuthorization(String value) {
        ObservedOutput.authorization(value);
        return withHeader("Authorization", value);
    }

    /** Returns the same client with a header. */
    public Api withHeader(String name, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(name, value);
        return new Api(client, base, all);
    }

    public HttpResponse<byte[]> speak(JsonObject body) throws IOException, InterruptedException {
        return client.send(speech(body.encode()), ObservedOutput::speech);
    }

    public HttpResponse<byte[]> speak(String body) throws IOException, InterruptedException {
        return client.send(speech(body), ObservedOutput::speech);
    }

    public CompletableFuture<HttpResponse<byte[]>> speakLater(JsonObject body) {
        return client.sendAsync(speech(body.encode()), ObservedOutput::speech);
    }

    public HttpResponse<InputStream> open(JsonObject body) throws IOException, InterruptedException {
        return client.send(speech(body.encode()), ObservedOutput::openSpeech);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(path, TIMEOUT);
    }

    public HttpResponse<String> get(String path, Duration timeout) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(path).timeout(timeout).build(), ObservedOutput::document);
        if (path.startsWith("/q/metrics") || path.startsWith("/q/health")) {
            ObservedOutput.say(answer.body());
        }
        return answer;
    }

    /** Sends a JSON body by any method. */
    public HttpResponse<String> send(String method, String path, JsonObject body)
            throws IOException, InterruptedException {
        ObservedOutput.request(body.encode());
        return client.send(request(path).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.encode())).build(), ObservedOutput::document);
    }

    /** The value of a metric; 0 if it was never recorded. */
    public double metric(String name) throws IOException, InterruptedException {
        return values(name + " ").findFirst().orElse(0);
    }

    /** The sum of all metrics whose name and labels begin with this prefix. */
    public double sum(String beginning) throws IOException, InterruptedException {
        return values(beginning).sum();
    }

    private DoubleStream values(String beginning) throws IOException, InterruptedException {
        // With traces, a value is followed by " # {…}", an example of what it counts.
        return get("/q/metrics").body().lines().filter(line -> line.startsWith(beginning))
                .map(line -> line.replaceFirst(" # \\{.*", ""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
    }

    public static JsonObject error(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8))
                .getJsonObject("error");
    }

    private HttpRequest speech(String body) {
        ObservedOutput.request(body);
        return request("/v1/audio/speech").header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT);
        headers.forEach(request::header);
        return request;
    }
}
