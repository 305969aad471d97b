package dev.warmvoice.http;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/**
 * Opens a live socket only to a caller who waits for the answer (RFC 6455, 4.1). What came before it would have lost
 * some bytes to the decoder of HTTP, and be heard while there is nobody yet to hear it: if it was the end of the socket,
 * Quarkus would log that with a stack trace and never forget the socket.
 */
@Singleton
class LiveHandshake implements HttpUpgradeCheck {

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        HttpServerRequest request = upgrade.httpRequest();
        if (BodyLimit.hasBody(request)) {
            return CheckResult.rejectUpgrade(400);
        }
        Wire wire = Wire.of(request.connection());
        upgrade.userData().put(Wire.OF_SOCKET, wire);
        wire.pass(new EmptyFragments());
        EarlyFrames early = new EarlyFrames();
        wire.pass(early);
        wire.read(false);
        Context eventLoop = Vertx.currentContext();
        return Uni.createFrom().emitter(permit -> eventLoop.runOnContext(afterReading -> {
            permit.complete(early.came() ? CheckResult.rejectUpgradeSync(400) : CheckResult.permitUpgradeSync());
            eventLoop.runOnContext(answered -> {
                wire.read(true);
                early.end();
            });
        }));
    }
}
