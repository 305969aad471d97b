package dev.warmvoice.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses a body that announces itself as too large before a byte of it is read, and one that takes too long, in the same
 * JSON as every other error. One that does not announce itself is cut off by the server at the same limit.
 */
@ApplicationScoped
class BodyLimit {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final long mostBytes;
    private final ErrorWriter errors;

    BodyLimit(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize most, ErrorWriter errors) {
        this.mostBytes = most.asLongValue();
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.BODY);
    }

    /** Whether a body is announced. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && !length.equals("0") || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private void check(RoutingContext http) {
        String length = http.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || length.length() < 19 && Long.parseLong(length) <= mostBytes) {
            if (hasBody(http.request()) && !http.request().isEnded()) {
                watch(http);
            }
            http.next();
            return;
        }
        refuse(http, ErrorAnswer.of(413, "the body must have " + mostBytes + " bytes at most"));
    }

    private void watch(RoutingContext http) {
        long timer = http.vertx().setTimer(LONGEST.toMillis(), late -> {
            if (!http.request().isEnded() && !http.response().headWritten()) {
                refuse(http, ErrorAnswer.of(408, "the body must come within " + LONGEST.toSeconds() + " s"));
            }
        });
        http.addEndHandler(end -> http.vertx().cancelTimer(timer));
    }

    private void refuse(RoutingContext http, ErrorAnswer answer) {
        errors.write(answer, http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE))
                .onComplete(sent -> http.request().connection().close());
    }
}
