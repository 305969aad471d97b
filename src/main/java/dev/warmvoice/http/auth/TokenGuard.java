package dev.warmvoice.http.auth;

import dev.warmvoice.host.PlatformCall;
import dev.warmvoice.http.error.ErrorWriter;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.FilterOrder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;
import java.util.Optional;

/**
 * Rejects requests without a valid token, if tokens are configured, before any route. Attaches the client to the request
 * and to the live socket that it is upgraded to.
 */
@ApplicationScoped
public class TokenGuard implements HttpUpgradeCheck {

    /** The client that has opened a live socket. */
    public static final TypedKey<Client> SOCKET_KEY = new TypedKey<>("client");

    private static final String CLIENT = "warmvoice.client";

    private final Clients clients;
    private final ErrorWriter errors;

    TokenGuard(Clients clients, ErrorWriter errors) {
        this.clients = clients;
        this.errors = errors;
    }

    public void register(@Observes Filters filters) {
        filters.register(this::check, FilterOrder.TOKEN);
    }

    private void check(RoutingContext http) {
        Optional<String> token = BearerToken.takeFrom(http.request().headers());
        Client client;
        try {
            client = PlatformCall.is(http)
                    ? clients.unlimited()
                    : clients.admit(http.normalizedPath(), token.orElse(null));
        } catch (RefusedException e) {
            // The rest of the body is discarded, so that the connection can be used for another try.
            http.request().resume();
            errors.write(e.answer(), http.response());
            return;
        }
        http.put(CLIENT, client);
        EventLoop.current().context().putLocal(CLIENT, client);
        http.next();
    }

    /** The client of an admitted request. */
    public static Client client(RoutingContext http) {
        return Objects.requireNonNull(http.get(CLIENT), "a request without a client is refused before any route");
    }

    /** The client of the request whose context is current. */
    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        upgrade.userData().put(SOCKET_KEY, EventLoop.current().context().getLocal(CLIENT));
        return CheckResult.permitUpgrade();
    }
}
