package dev.warmvoice.http.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Finds the route of a request by its canonical path, and gives every response what it lacks: an id, unless it has that of
 * the service's task, and the methods of the route, if the request's is none of them. As a route and not as a filter, since
 * a filter does not see requests that the router itself refuses.
 */
@ApplicationScoped
class RequestEntry {

    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int ORDER = RequestFlowControl.ORDER + 1;

    void register(@Observes Router router) {
        router.route().order(ORDER).handler(RequestEntry::enter).failureHandler(http -> {
            http.addHeadersEndHandler(head -> complete(http.response(), ""));
            http.next();
        });
    }

    private static void enter(RoutingContext http) {
        String path = http.normalizedPath();
        String canonical = ApiPaths.canonical(path);
        if (canonical.equals(path)) {
            http.addHeadersEndHandler(head -> complete(http.response(), path));
            http.next();
        } else {
            String query = http.request().query();
            http.reroute(query == null ? canonical : canonical + "?" + query);
        }
    }

    private static void complete(HttpServerResponse response, String path) {
        if (!response.headers().contains(RequestIds.HEADER)) {
            response.putHeader(RequestIds.HEADER, RequestIds.next());
        }
        if (response.getStatusCode() == METHOD_NOT_ALLOWED && !response.headers().contains(HttpHeaders.ALLOW)) {
            response.putHeader(HttpHeaders.ALLOW, ApiPaths.methods(path));
        }
    }
}
