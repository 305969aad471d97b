package dev.warmvoice.host;

import dev.warmvoice.pool.Pools;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.MDC;

/**
 * What Function Compute calls of a custom runtime, and what it expects of the answers. On another host none of it is
 * there.
 *
 * <p>
 * Each hook may come at any time, several times or never, and is undone by the next request. Clients from outside reach
 * these paths too, through an HTTP trigger, and find nothing there.
 */
@ApplicationScoped
class FunctionCompute {

    private static final String INITIALIZE = "/initialize";
    private static final String PRE_FREEZE = "/pre-freeze";
    private static final String PRE_STOP = "/pre-stop";
    private static final String INVOKE = "/invoke";
    private static final Set<String> CALLS = Set.of(INITIALIZE, PRE_FREEZE, PRE_STOP, INVOKE);
    private static final String IS_EVENT = "warmvoice.event";
    private static final String CONTROL_PATH = "x-fc-control-path";
    private static final String FROM_OUTSIDE = "/http-invoke";
    private static final String REQUEST_ID = "x-fc-request-id";
    /** Before whatever could refuse the request. */
    private static final int FIRST = 20_000;

    private final Host host;
    private final Pools pools;
    private final Duration hookTimeout;

    FunctionCompute(Host host, Pools pools, FunctionComputeConfig config) {
        this.host = host;
        this.pools = pools;
        this.hookTimeout = config.hookTimeout();
    }

    void prepare(@Observes Filters filters) {
        if (host == Host.FUNCTION_COMPUTE) {
            filters.register(this::prepare, FIRST);
        }
    }

    void route(@Observes Router router) {
        if (host == Host.FUNCTION_COMPUTE) {
            router.post(INITIALIZE).handler(http -> hook(http, pools::open));
            router.get(PRE_FREEZE).handler(http -> hook(http, pools::rest));
            router.get(PRE_STOP).handler(http -> hook(http, pools::rest));
            router.post(INVOKE).handler(this::invoke);
        }
    }

    private void prepare(RoutingContext http) {
        String requestId = http.request().getHeader(REQUEST_ID);
        if (requestId != null) {
            MDC.put("requestId", requestId);
        }
        String path = http.request().path();
        if (path != null && CALLS.contains(path) && !isFromOutside(http.request())) {
            PlatformCall.mark(http);
            if (path.equals(INVOKE)) {
                http.put(IS_EVENT, true);
            }
        }
        // Comes through here again when it is rerouted, and without the handlers it had.
        if (http.get(IS_EVENT) != null) {
            http.addHeadersEndHandler(sent -> {
                if (http.response().getStatusCode() >= 400) {
                    // Otherwise the platform takes any answer for a success of the function.
                    http.response().putHeader("x-fc-status", "404");
                }
            });
        }
        http.next();
    }

    /** A client may have sent the header more than once, and a proxy may have joined the values. */
    private static boolean isFromOutside(HttpServerRequest request) {
        return request.headers().getAll(CONTROL_PATH).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(FROM_OUTSIDE));
    }

    private void hook(RoutingContext http, Hook hook) {
        if (!PlatformCall.is(http)) {
            http.next();
            return;
        }
        Future.fromCompletionStage(hook.run(hookTimeout), http.vertx().getOrCreateContext())
                .onSuccess(complete -> http.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(new JsonObject().put("complete", complete).encode()))
                .onFailure(http::fail);
    }

    /** An event: the body of a request for speech, which comes as bytes of no type. */
    private void invoke(RoutingContext http) {
        if (!PlatformCall.is(http)) {
            http.next();
            return;
        }
        HttpServerRequest request = http.request();
        request.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        http.reroute("/v1/audio/speech");
    }

    private interface Hook {

        /** @return whether it got done in time */
        CompletionStage<Boolean> run(Duration maxWait);
    }
}
