package dev.warmvoice.http.server;

import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Has a {@link RequestFlow} on every connection. As a route and not as a filter: filters do not see requests that the
 * router itself refuses, such as those without a {@code Host}.
 */
@ApplicationScoped
class RequestFlowControl {

    /** Before everything else. */
    static final int ORDER = Integer.MIN_VALUE;

    /** A body somewhat too large is read to its end, since many clients read the answer only after it. */
    private static final int UNWANTED_BODIES = 4;

    private final long maxUnwantedBytes;

    RequestFlowControl(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
        this.maxUnwantedBytes = UNWANTED_BODIES * maxBody.asLongValue();
    }

    void register(@Observes Router router) {
        router.route().order(ORDER).handler(this::control).failureHandler(this::control);
    }

    private void control(RoutingContext http) {
        HttpConnection connection = http.request().connection();
        RequestFlow.control(((ConnectionBase) connection).channel(), maxUnwantedBytes, BodyReader.MAX_TIME);
        http.next();
    }
}
