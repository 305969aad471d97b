package dev.warmvoice.http.server;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/**
 * Tells browsers to take every answer for what it says it is, and on the page to run nothing that is not ours and to let
 * no other page near it.
 */
@ApplicationScoped
class SecurityHeaders {

    private static final Map<String, String> OF_PAGE = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            // For browsers that do not know frame-ancestors.
            "X-Frame-Options", "DENY",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            // Its files know each other by name only: they have to be of the same version.
            "Cache-Control", "no-cache");

    void register(@Observes Filters filters) {
        filters.register(SecurityHeaders::add, FilterOrder.HEADERS);
    }

    private static void add(RoutingContext http) {
        http.response().putHeader("X-Content-Type-Options", "nosniff");
        if (WebPage.isAt(http.normalizedPath())) {
            OF_PAGE.forEach(http.response()::putHeader);
        }
        http.next();
    }
}
