package dev.warmvoice.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The page, {@code META-INF/resources}, is in every artifact; whether it is served is a matter of configuration. Where it
 * is, a browser is told to run nothing on it that is not ours.
 */
@ApplicationScoped
class PageGuard {

    /** After {@link BodyLimit}, before anything that would answer. */
    private static final int EARLY = 9_000;

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            // Its files know each other by name only: they have to be of the same version.
            "Cache-Control", "no-cache");

    private final boolean enabled;
    private final ErrorWriter errors;

    PageGuard(@ConfigProperty(name = "warmvoice.page.enabled") boolean enabled, ErrorWriter errors) {
        this.enabled = enabled;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, EARLY);
    }

    private void check(RoutingContext http) {
        // What serves the files decodes what a path leaves encoded.
        if (!isPage(http.normalizedPath().replace("%2F", "/").replace("%2f", "/"))) {
            http.next();
        } else if (enabled) {
            HEADERS.forEach(http.response()::putHeader);
            http.next();
        } else {
            errors.write(ErrorAnswer.of(404, Response.Status.NOT_FOUND.getReasonPhrase()), http.response());
        }
    }

    /** As the resources lie: everything but the first file in a folder of its own. */
    private static boolean isPage(String path) {
        return path.equals("/") || path.equals("/index.html") || path.startsWith("/page/");
    }
}
