package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import dev.warmvoice.http.server.FilterOrder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;

/**
 * Refuses what pages of other origins ask without permission: requests that do something, of which browsers send some
 * without a preflight, and the live socket, which they always open without one.
 */
@ApplicationScoped
class SameOrigin implements HttpUpgradeCheck {

    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Origins origins;
    private final ErrorWriter errors;

    SameOrigin(Origins origins, ErrorWriter errors) {
        this.origins = origins;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.ORIGIN);
    }

    private void check(RoutingContext http) {
        if (SAFE.contains(http.request().method()) || !isForeign(http.request())) {
            http.next();
        } else {
            // The rest of the body is thrown away, and the connection good for another try.
            http.request().resume();
            errors.write(ErrorResponse.crossOrigin(), http.response());
        }
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        return isForeign(upgrade.httpRequest()) ? CheckResult.rejectUpgrade(403) : CheckResult.permitUpgrade();
    }

    private boolean isForeign(HttpServerRequest request) {
        return origins.isForeign(request.getHeader(HttpHeaders.ORIGIN), request.getHeader(Origins.FETCH_SITE),
                request.getHeader(HttpHeaders.HOST));
    }
}
