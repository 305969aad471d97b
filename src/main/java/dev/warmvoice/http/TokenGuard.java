package dev.warmvoice.http;

import dev.warmvoice.host.PlatformCall;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * Rejects requests without a valid token, if tokens are configured, before any route. Attaches the client to the request
 * and to the live socket that it is upgraded to.
 */
@ApplicationScoped
class TokenGuard implements HttpUpgradeCheck {

    /** The client that has opened a live socket. */
    static final TypedKey<Client> OF_SOCKET = new TypedKey<>("caller");

    private static final String CALLER = "warmvoice.caller";

    private final Clients callers;
    private final ErrorWriter errors;

    TokenGuard(Clients callers, ErrorWriter errors) {
        this.callers = callers;
        this.errors = errors;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.TOKEN);
    }

    private void check(RoutingContext http) {
        Optional<String> token = BearerToken.takeFrom(http.request().headers());
        Client caller;
        try {
            caller = PlatformCall.is(http) ? callers.anyone() : callers.admit(http.normalizedPath(), token);
        } catch (RefusedException e) {
            // The rest of the body is discarded, so that the connection can be used for another try.
            http.request().resume();
            errors.write(e.answer(), http.response());
            return;
        }
        http.put(CALLER, caller);
        Vertx.currentContext().putLocal(CALLER, caller);
        http.next();
    }

    /** The client of an admitted request. */
    static Client caller(RoutingContext http) {
        return http.get(CALLER);
    }

    /** The client of the request whose context is current. */
    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        upgrade.userData().put(OF_SOCKET, Vertx.currentContext().getLocal(CALLER));
        return CheckResult.permitUpgrade();
    }
}
