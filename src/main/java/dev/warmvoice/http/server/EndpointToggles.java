package dev.warmvoice.http.server;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.ErrorWriter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is in every artifact, and served or not as it is configured: the page, metrics, the OpenAPI document. */
@ApplicationScoped
class EndpointToggles {

    private final List<Predicate<String>> shut = new ArrayList<>();
    private final ErrorWriter errors;

    EndpointToggles(ServerConfig config, ErrorWriter errors) {
        this.errors = errors;
        shutUnless(config.page().enabled(), WebPage::isAt);
        shutUnless(config.metrics().enabled(), path -> path.startsWith("/q/metrics"));
        shutUnless(config.openapi().enabled(), path -> path.startsWith("/q/openapi"));
    }

    private void shutUnless(boolean enabled, Predicate<String> door) {
        if (!enabled) {
            shut.add(door);
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.SWITCHED_OFF);
    }

    private void check(RoutingContext http) {
        if (shut.stream().anyMatch(door -> door.test(http.normalizedPath()))) {
            errors.write(ErrorResponse.of(404, Response.Status.NOT_FOUND.getReasonPhrase()), http.response());
        } else {
            http.next();
        }
    }
}
