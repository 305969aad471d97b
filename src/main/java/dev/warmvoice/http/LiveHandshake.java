package dev.warmvoice.http;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;

/**
 * Opens a live socket only once everything has been read that came along with the request for it. Nothing may come before
 * the answer; what did would be heard while there is nobody yet to hear it, and if it was the end of the socket, Quarkus
 * would log that with a stack trace and never forget the socket.
 */
@Singleton
class LiveHandshake implements HttpUpgradeCheck {

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        upgrade.userData().put(Wire.OF_SOCKET, Wire.of(upgrade.httpRequest().connection()));
        Context eventLoop = Vertx.currentContext();
        return Uni.createFrom().emitter(
                permit -> eventLoop.runOnContext(afterReading -> permit.complete(CheckResult.permitUpgradeSync())));
    }
}
