package dev.warmvoice.http.error;

import dev.warmvoice.speech.SpeechException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A failure as an HTTP response.
 *
 * @param status the HTTP status
 * @param body the JSON
 * @param retryAfter for the header {@code Retry-After}; null for none
 */
public record ErrorResponse(int status, ErrorBody body, @Nullable Duration retryAfter) {

    private static final Logger LOG = Logger.getLogger(ErrorResponse.class);

    /** The response to any failure. An unexpected one is logged, and its details are not sent to the client. */
    public static ErrorResponse of(Throwable e) {
        if (e instanceof CompletionException && e.getCause() != null) {
            return of(e.getCause());
        }
        if (e instanceof SpeechException speech) {
            return of(speech);
        }
        if (e instanceof RefusedException refused) {
            return refused.answer();
        }
        if (e instanceof WebApplicationException http) {
            Response.StatusType status = http.getResponse().getStatusInfo();
            return of(status.getStatusCode(), status.getReasonPhrase());
        }
        LOG.error("A request failed unexpectedly", e);
        return of(500, "Internal error; the server has logged it.");
    }

    /** The response to a request that failed. */
    public static ErrorResponse of(SpeechException e) {
        int status = switch (e.kind()) {
            case INVALID -> 400;
            case UNKNOWN_MODEL -> 404;
            case TEXT_TIMEOUT -> 408;
            case BUSY, THROTTLED -> 429;
            case UPSTREAM_AUTH, UPSTREAM -> 502;
            case UPSTREAM_UNAVAILABLE, SHUTTING_DOWN, CANCELLED -> 503;
            case START_TIMEOUT, FIRST_AUDIO_TIMEOUT, STALL_TIMEOUT -> 504;
        };
        return of(status, e.getMessage(), e.code(), e.field().orElse(null), e.retryAfter().orElse(null));
    }

    /** The response to a request that is no valid HTTP request to this API. */
    public static ErrorResponse of(int status, String message) {
        Response.Status known = Response.Status.fromStatusCode(status);
        String code = known == null ? "http_" + status : known.name().toLowerCase(Locale.ROOT);
        return of(status, message, code, null, null);
    }

    /** The audio exceeds what a host takes that buffers whole responses. */
    public static ErrorResponse audioTooLarge(int maxBytes) {
        return of(413,
                "The audio exceeds " + maxBytes + " bytes, the max for a buffered response. Shorten input, choose a"
                        + " smaller response_format, or use the streaming deployment.",
                "audio_too_large", null, null);
    }

    /** The time that the host allows is over. */
    public static ErrorResponse outOfTime(Duration limit) {
        return of(504, "No response within " + limit.toMillis() + " ms, the max for this host.", "time_limit", null,
                null);
    }

    /** The token is wrong or missing: the same response to both. */
    public static ErrorResponse unauthorized() {
        return of(401, "Missing or invalid token: send it as Authorization: Bearer <token>.",
                "invalid_api_key", null, null);
    }

    /** The client has its max number of utterances running. */
    public static ErrorResponse tooManyStreams(int max, Duration retryAfter) {
        return of(429, "This token already has " + max + " streams running, its max. Retry when one has ended.",
                "too_many_streams", null, retryAfter);
    }

    /** The client sends too many requests per second. */
    public static ErrorResponse tooManyRequests(Duration retryAfter) {
        return of(429, "This token exceeds its max requests per second.", "too_many_requests", null, retryAfter);
    }

    /** The client's characters of the day are used up, or fewer than the request needs. */
    public static ErrorResponse insufficientQuota(long max, long left, Duration retryAfter) {
        String message = "This token may have " + max + " characters spoken a day (UTC, a Han character counts 2), and "
                + left + " of today's are left. Shorten the text, or retry tomorrow.";
        return new ErrorResponse(429, new ErrorBody(
                new ErrorBody.Detail(message, "insufficient_quota", "insufficient_quota", null)), retryAfter);
    }

    /** The request comes from a web page of another origin that no CORS rule allows. */
    public static ErrorResponse crossOrigin() {
        return of(403, "Cross-origin request: allow the page's origin with quarkus.http.cors.enabled=true and"
                + " quarkus.http.cors.origins.", "cross_origin", null, null);
    }

    /** There is no memory for the request body at the moment. */
    public static ErrorResponse tooManyBodies(long maxBytes) {
        return of(503,
                "The server has no memory for another request body (max " + maxBytes + " bytes in all). Retry later.",
                "overloaded", null, Duration.ofSeconds(1));
    }

    /** The headers, one value each. */
    public Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>(Map.of(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON));
        if (retryAfter != null) {
            headers.put(HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, (retryAfter.toMillis() + 999) / 1000)));
        }
        if (status == 401) {
            headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return headers;
    }

    private static ErrorResponse of(int status, String message, String code, @Nullable String param,
            @Nullable Duration retry) {
        String type = status == 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
        return new ErrorResponse(status, new ErrorBody(new ErrorBody.Detail(message, type, code, param)), retry);
    }
}
