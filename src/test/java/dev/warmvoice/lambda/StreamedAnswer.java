package dev.warmvoice.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.ObservedOutput;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What has arrived of a response that a function streams, and what the platform would object to. Thread-safe.
 */
public final class StreamedAnswer {

    /** The max size of a streamed response in bytes. */
    static final long MAX_BYTES = 200L * 1024 * 1024;
    private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
    private static final int MAX_PRELUDE_BYTES = 16 * 1024;
    private static final int SEPARATOR_BYTES = 8;
    private static final Set<String> FORBIDDEN = Set.of("connection", "transfer-encoding", "keep-alive", "trailer",
            "upgrade");

    private final HttpServerRequest request;
    private final CompletableFuture<JsonObject> prelude = new CompletableFuture<>();
    private Buffer received = Buffer.buffer();
    private int bodyStart = -1;
    private long bytes;
    private Map<String, String> trailers = Map.of();

    StreamedAnswer(HttpServerRequest request) {
        this.request = request;
    }

    /** What is wrong with the head of the request, or null. */
    static String objection(HttpServerRequest request) {
        if (!"streaming".equals(request.getHeader("Lambda-Runtime-Function-Response-Mode"))) {
            return "Invalid function response mode";
        }
        if (!"chunked".equalsIgnoreCase(request.getHeader("Transfer-Encoding"))) {
            return "A streamed response is not chunked";
        }
        return INTEGRATION.equals(request.getHeader("Content-Type"))
                ? null
                : "The content type is not of a Function URL";
    }

    /** Takes a part of the response, and returns what is wrong with it, or null. */
    synchronized String append(Buffer part) {
        bytes += part.length();
        if (bytes > MAX_BYTES) {
            return "The response is larger than 200 MB";
        }
        received.appendBuffer(part);
        return bodyStart < 0 ? readPrelude() : null;
    }

    private String readPrelude() {
        int separator = separator();
        if (separator < 0) {
            return received.length() > MAX_PRELUDE_BYTES ? "The prelude has no end" : null;
        }
        JsonObject head;
        try {
            head = received.getBuffer(0, separator).toJsonObject();
        } catch (DecodeException e) {
            return "The prelude is not JSON";
        }
        for (Map.Entry<String, Object> header : head.getJsonObject("headers")) {
            if (FORBIDDEN.contains(header.getKey().toLowerCase(Locale.ROOT))
                    || !(header.getValue() instanceof String)) {
                return "The prelude has a wrong header " + header.getKey();
            }
        }
        if (!(head.getValue("statusCode") instanceof Integer)) {
            return "The prelude has no status";
        }
        bodyStart = separator + SEPARATOR_BYTES;
        prelude.complete(head);
        return null;
    }

    private int separator() {
        byte[] all = received.getBytes(0, Math.min(received.length(), MAX_PRELUDE_BYTES + SEPARATOR_BYTES));
        for (int at = 0; at + SEPARATOR_BYTES <= all.length; at++) {
            if (Arrays.equals(all, at, at + SEPARATOR_BYTES, new byte[SEPARATOR_BYTES], 0, SEPARATOR_BYTES)) {
                return at;
            }
        }
        return -1;
    }

    /** Takes the end, and returns what is wrong with it, or null. */
    synchronized String end(LastHttpContent last) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        last.trailingHeaders().forEach(trailer -> found.put(trailer.getKey(), trailer.getValue()));
        trailers = found;
        String announced = String.valueOf(request.getHeader("Trailer")).toLowerCase(Locale.ROOT);
        for (String name : found.keySet()) {
            if (!announced.contains(name.toLowerCase(Locale.ROOT))) {
                return "The trailer " + name + " was not announced";
            }
        }
        errorBody().ifPresent(body -> ObservedOutput.say(body.encode()));
        return bodyStart < 0 ? "The response ends within its prelude" : null;
    }

    /** The status, waited for. */
    public int status() throws Exception {
        return head().getInteger("statusCode");
    }

    /** A header, in any case, waited for. */
    public Optional<String> header(String name) throws Exception {
        return head().getJsonObject("headers").stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> (String) header.getValue()).findFirst();
    }

    private JsonObject head() throws Exception {
        return prelude.get(10, TimeUnit.SECONDS);
    }

    /** The part of the body that has arrived. */
    public synchronized byte[] body() {
        return bodyStart < 0 ? new byte[0] : received.getBytes(bodyStart, received.length());
    }

    public JsonObject json() {
        return new JsonObject(new String(body(), StandardCharsets.UTF_8));
    }

    /** The type of the error that the response ended with; empty if it ended as complete, or has not ended. */
    public synchronized Optional<String> errorType() {
        return Optional.ofNullable(trailers.get("Lambda-Runtime-Function-Error-Type"));
    }

    /** The error that the response ended with. */
    public synchronized Optional<JsonObject> errorBody() {
        return Optional.ofNullable(trailers.get("Lambda-Runtime-Function-Error-Body"))
                .map(body -> new JsonObject(Buffer.buffer(Base64.getDecoder().decode(body))));
    }

    /** Takes no more for now: the client reads no further. */
    public void pause() {
        request.pause();
    }

    public void resume() {
        request.resume();
    }

    /** Closes the connection: one way in which a platform may tell that the client has left. */
    public void leave() {
        request.connection().close();
    }

    /** Fails unless the response is complete and has this status. */
    public StreamedAnswer complete(int status) throws Exception {
        assertThat(status()).as(() -> new String(body(), StandardCharsets.UTF_8)).isEqualTo(status);
        assertThat(errorType()).isEmpty();
        return this;
    }
}
