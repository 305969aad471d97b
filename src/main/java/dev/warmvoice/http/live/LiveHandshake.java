package dev.warmvoice.http.live;

import dev.warmvoice.http.server.BodyBudget;
import dev.warmvoice.http.server.BodyReader;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.TcpConnection;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/**
 * Opens a live socket only if the client waits for the 101 response (RFC 6455, 4.1). The HTTP decoder would consume part
 * of any data sent before it, and Quarkus would deliver the rest before the session exists; if that is a close frame, it
 * logs a stack trace and never forgets the socket.
 */
@Singleton
class LiveHandshake implements HttpUpgradeCheck {

    private final BodyBudget budget;

    LiveHandshake(BodyBudget budget) {
        this.budget = budget;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        HttpServerRequest request = upgrade.httpRequest();
        if (BodyReader.hasBody(request)) {
            return CheckResult.rejectUpgrade(400);
        }
        TcpConnection wire = TcpConnection.of(request.connection());
        upgrade.userData().put(TcpConnection.SOCKET_KEY, wire);
        wire.pass(new Fragments(budget.share()));
        EarlyDataDetector early = new EarlyDataDetector();
        wire.pass(early);
        wire.read(false);
        Context eventLoop = EventLoop.current().context();
        return Uni.createFrom().emitter(permit -> eventLoop.runOnContext(afterReading -> {
            if (wire.isAhead()) {
                early.spoil();
            }
            permit.complete(early.came() ? CheckResult.rejectUpgradeSync(400) : CheckResult.permitUpgradeSync());
            eventLoop.runOnContext(answered -> {
                wire.read(true);
                // Pings tell whether there is still a client, and go by time in which this process ran.
                wire.neverIdle();
                early.end();
            });
        }));
    }
}
