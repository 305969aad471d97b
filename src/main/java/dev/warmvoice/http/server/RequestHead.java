package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The bounds of what comes before a body, and the methods of what is no route of ours. The HTTP server's own bounds are wider, since beyond them it answers without a
 * body.
 */
final class RequestHead {

    private static final int MAX_URI = 4096;
    private static final int MAX_HEADERS = 20 * 1024;
    /** A colon, a space and the end of the line. */
    private static final int HEADER_OVERHEAD = 4;

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private RequestHead() {
    }

    /**
     * Why the request is refused before it is looked at; empty if it is not.
     *
     * @param path the normalized path
     */
    static Optional<ErrorResponse> refusal(HttpServerRequest request, String path) {
        if (request.uri().length() > MAX_URI) {
            return Optional.of(ErrorResponse.of(414, "The URI must be at most " + MAX_URI + " characters."));
        }
        if (bytes(request) > MAX_HEADERS) {
            return Optional.of(ErrorResponse.of(431, "The headers must be at most " + MAX_HEADERS + " bytes in all."));
        }
        if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
            return Optional.of(ErrorResponse.of(400, "The request must have one Host header."));
        }
        if (path.startsWith(ApiPaths.MANAGEMENT) && !READING.contains(request.method())) {
            return Optional.of(ErrorResponse.of(405, "The method must be GET or HEAD."));
        }
        return Optional.empty();
    }

    private static int bytes(HttpServerRequest request) {
        int bytes = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + HEADER_OVERHEAD;
        }
        return bytes;
    }
}
