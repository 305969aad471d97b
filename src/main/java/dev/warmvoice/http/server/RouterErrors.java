package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Answers requests that the router itself refuses. No filter sees them, and Quarkus would answer in another format and log
 * an error, although the fault is the client's.
 */
@ApplicationScoped
class RouterErrors {

    private static final ErrorResponse BAD_REQUEST = ErrorResponse.of(400,
            "The request needs a Host header with a host name, and a path that begins with /.");

    private final ErrorWriter writer;

    RouterErrors(ErrorWriter writer) {
        this.writer = writer;
    }

    void register(@Observes Router router) {
        router.route().order(RequestFlowControl.ORDER + 2).failureHandler(this::answer);
    }

    private void answer(RoutingContext http) {
        if (http.statusCode() == BAD_REQUEST.status() && !http.response().headWritten()) {
            writer.write(BAD_REQUEST, http.response());
        } else {
            http.next();
        }
    }
}
