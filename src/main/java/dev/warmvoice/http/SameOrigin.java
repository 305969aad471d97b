package dev.warmvoice.http;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps pages of other origins from the live socket: browsers ask nobody before they open one. Where CORS is switched on
 * Quarkus has asked already. Who sends no origin is no browser. The scheme is not compared, since a proxy may have taken
 * the encryption away.
 */
@Singleton
class SameOrigin implements HttpUpgradeCheck {

    private final boolean cors;

    SameOrigin(@ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean cors) {
        this.cors = cors;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        HttpServerRequest request = upgrade.httpRequest();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return cors || origin == null || isSame(origin, request.getHeader(HttpHeaders.HOST))
                ? CheckResult.permitUpgrade()
                : CheckResult.rejectUpgrade(403);
    }

    private static boolean isSame(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
