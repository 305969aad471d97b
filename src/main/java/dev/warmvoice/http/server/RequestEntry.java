package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * Finds the route of a request by its canonical path, and gives every response what it lacks: an id, unless it has that of
 * the service's task, and the methods of the route, if the request's is none of them. As a route and not as a filter, since
 * a filter does not see requests that the router itself refuses.
 */
@ApplicationScoped
class RequestEntry {

    /** W3C Trace Context, level 2. */
    private static final String TRACE_RESPONSE = "traceresponse";
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int ORDER = RequestFlowControl.ORDER + 1;

    private final ErrorWriter errors;

    RequestEntry(ErrorWriter errors) {
        this.errors = errors;
    }

    void register(@Observes Router router) {
        router.route().order(ORDER).handler(this::enter).failureHandler(http -> {
            http.addHeadersEndHandler(head -> complete(http, ""));
            http.next();
        });
    }

    private void enter(RoutingContext http) {
        String path = http.normalizedPath();
        Optional<ErrorResponse> refusal = RequestHead.refusal(http.request(), path);
        if (refusal.isPresent()) {
            http.addHeadersEndHandler(head -> complete(http, path));
            // The body is thrown away, so that the connection can be used again.
            http.request().resume();
            errors.write(refusal.get(), http.response());
            return;
        }
        String canonical = ApiPaths.canonical(path);
        if (canonical.equals(path)) {
            http.addHeadersEndHandler(head -> complete(http, path));
            http.next();
        } else {
            String query = http.request().query();
            http.reroute(query == null ? canonical : canonical + "?" + query);
        }
    }

    private static void complete(RoutingContext http, String path) {
        HttpServerResponse response = http.response();
        if (!response.headers().contains(RequestIds.HEADER)) {
            response.putHeader(RequestIds.HEADER, RequestIds.next());
        }
        SpanContext trace = Span.current().getSpanContext();
        if (trace.isValid()) {
            response.putHeader(TRACE_RESPONSE,
                    "00-" + trace.getTraceId() + "-" + trace.getSpanId() + "-" + trace.getTraceFlags().asHex());
        }
        boolean isMissing = response.getStatusCode() == METHOD_NOT_ALLOWED
                && !response.headers().contains(HttpHeaders.ALLOW);
        // To OPTIONS the framework also offers HEAD where there is no GET.
        boolean isOffer = http.request().method().equals(HttpMethod.OPTIONS)
                && response.headers().contains(HttpHeaders.ALLOW);
        if (isMissing || isOffer) {
            response.putHeader(HttpHeaders.ALLOW, ApiPaths.methods(path));
        }
    }
}
