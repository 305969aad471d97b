package dev.warmvoice.http.auth;

import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests that pages of other origins make from all others, as browsers report it: by {@code Sec-Fetch-Site}, or
 * else by {@code Origin} beside {@code Host}. Origins that CORS allows are none of those. What sends neither header is
 * no browser. Thread-safe.
 */
@Singleton
public class Origins {

    public static final String FETCH_SITE = "Sec-Fetch-Site";

    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final List<String> allowed;
    private final List<Pattern> allowedPatterns;

    Origins(@ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean cors,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
        allowed = cors ? origins.orElse(List.of()) : List.of();
        allowedPatterns = CORSFilter.parseAllowedOriginsRegex(Optional.of(allowed));
    }

    /**
     * Whether it is a page of another origin that asks.
     *
     * @param origin the header of that name, or null
     * @param fetchSite the header {@code Sec-Fetch-Site}, or null
     * @param host the header of that name, or null
     */
    public boolean isForeign(@Nullable String origin, @Nullable String fetchSite, @Nullable String host) {
        if (origin != null && isAllowed(origin)) {
            return false;
        }
        if (fetchSite != null) {
            return !OWN_SITES.contains(fetchSite);
        }
        return origin != null && !isSame(origin, host);
    }

    private boolean isAllowed(String origin) {
        return allowed.equals(List.of("*")) || allowed.contains(origin)
                || CORSFilter.isOriginAllowedByRegex(allowedPatterns, origin);
    }

    /** The scheme only gives the default port (RFC 6454, 4): whether the client used TLS only a proxy may know. */
    private static boolean isSame(String origin, @Nullable String host) {
        try {
            URI page = new URI(origin);
            URI asked = new URI(page.getScheme() + "://" + host);
            return page.getHost() != null && asked.getUserInfo() == null
                    && page.getHost().equalsIgnoreCase(asked.getHost())
                    && port(page) == port(asked);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() != -1) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
