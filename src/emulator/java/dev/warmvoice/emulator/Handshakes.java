package dev.warmvoice.emulator;

import dev.warmvoice.emulator.Journal.HandshakeEntry;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns requests into connections, or refuses to. Lives on the event loop. */
final class Handshakes {

    /** Where the service listens; it takes the path with and without the last slash. */
    static final String PATH = "/api-ws/v1/inference/";

    private final EmulatorContext service;
    private final AcceptedKeys keys;
    /** Each with the key that opened it. */
    private final Map<ServerConnection, String> open = new HashMap<>();

    Handshakes(EmulatorContext service, AcceptedKeys keys) {
        this.service = service;
        this.keys = keys;
    }

    static boolean concerns(HttpServerRequest request) {
        String path = request.path();
        boolean here = PATH.equals(path) || PATH.equals(path + "/");
        return here && request.headers().contains(HttpHeaders.UPGRADE);
    }

    /** @return how many connections without a task were cut */
    int cutIdle(Cut how) {
        List<ServerConnection> idle = new ArrayList<>(open.keySet());
        idle.removeIf(connection -> !connection.isIdle());
        idle.forEach(connection -> connection.cut(how));
        return idle.size();
    }

    /** @return how many connections were cut whose key is not accepted any more, with or without a task */
    int cutUnaccepted(Cut how) {
        List<ServerConnection> unaccepted = new ArrayList<>(open.keySet());
        unaccepted.removeIf(connection -> keys.accepts(open.get(connection)));
        unaccepted.forEach(connection -> connection.cut(how));
        return unaccepted.size();
    }

    void receive(HttpServerRequest request) {
        HandshakeEntry entry = service.journal().attempt(request.headers());
        var late = service.faults().take(Fault.HandshakeDelay.class);
        Duration delay = late == null ? service.options().handshakeDelay() : late.duration();
        if (delay.isZero()) {
            answer(request, entry);
        } else {
            request.pause();
            service.speakers().timer().set(delay, () -> answer(request, entry));
        }
    }

    private void answer(HttpServerRequest request, HandshakeEntry entry) {
        var fault = service.faults().take(Fault.OfHandshake.class);
        if (fault instanceof Fault.HandshakeHang) {
            return;
        }
        if (fault instanceof Fault.HandshakeStatus failure) {
            refuse(request, entry, new Refusal(failure.status(), "Emulated", "An emulated failure."));
        } else if (!keys.accepts(AcceptedKeys.of(request))) {
            refuse(request, entry, Refusal.INVALID_KEY);
        } else {
            request.toWebSocket().onSuccess(webSocket -> accept(webSocket, request, entry))
                    .onFailure(notAWebSocket -> entry.refused(400));
        }
    }

    private void accept(ServerWebSocket webSocket, HttpServerRequest request, HandshakeEntry entry) {
        var fault = service.faults().take(Fault.OfConnection.class);
        var socket = new ClientSocket(webSocket, request.connection());
        var connection = new ServerConnection(service, socket, entry,
                fault instanceof Fault.IdleCut idle ? idle : null);
        open.put(connection, AcceptedKeys.of(request));
        webSocket.textMessageHandler(connection::receive);
        webSocket.binaryMessageHandler(ignored -> connection.receiveBinary());
        webSocket.drainHandler(ignored -> connection.drained());
        webSocket.closeHandler(ignored -> {
            open.remove(connection);
            connection.closed();
        });
        // That a client resets its connection is its right; the close handler is told as well.
        webSocket.exceptionHandler(ignored -> {
        });
        if (service.options().pings() == Pings.UNANSWERED) {
            socket.ignorePings();
        }
        // Vert.x answers the rest by itself.
        webSocket.frameHandler(frame -> {
            if (frame.isPing()) {
                pinged(connection);
            }
        });
        if (fault instanceof Fault.EarlyCut) {
            connection.cut(Cut.RST);
        }
    }

    private void pinged(ServerConnection connection) {
        service.journal().pinged();
        if (service.options().pings() == Pings.PROLONGING) {
            connection.prolong();
        }
    }

    private static void refuse(HttpServerRequest request, HandshakeEntry entry, Refusal refusal) {
        entry.refused(refusal.status());
        refusal.answer(request);
    }
}
