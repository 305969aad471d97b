package dev.warmvoice.emulator;

import dev.warmvoice.emulator.Journal.HandshakeEntry;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Turns requests into connections, or refuses to. Lives on the event loop. */
final class Handshakes {

    /** Where the service listens; it takes the path with and without the last slash. */
    static final String PATH = "/api-ws/v1/inference/";

    private static final String SCHEME = "Bearer ";

    private final EmulatorContext service;
    private final Set<ServerConnection> open = new HashSet<>();

    Handshakes(EmulatorContext service) {
        this.service = service;
    }

    static boolean concerns(HttpServerRequest request) {
        String path = request.path();
        boolean here = PATH.equals(path) || PATH.equals(path + "/");
        return here && request.headers().contains(HttpHeaders.UPGRADE);
    }

    /** @return how many connections without a task were cut */
    int cutIdle(Cut how) {
        List<ServerConnection> idle = new ArrayList<>(open);
        idle.removeIf(connection -> !connection.isIdle());
        idle.forEach(connection -> connection.cut(how));
        return idle.size();
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
            refuse(request, entry, failure.status(), "Emulated", "An emulated failure.");
        } else if (!hasKey(request)) {
            refuse(request, entry, 401, "InvalidApiKey", "Invalid API-key provided.");
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
        open.add(connection);
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

    private void refuse(HttpServerRequest request, HandshakeEntry entry, int status, String code, String message) {
        entry.refused(status);
        request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("code", code).put("message", message)
                        .put("request_id", UUID.randomUUID().toString()).encode());
    }

    private boolean hasKey(HttpServerRequest request) {
        String key = key(request);
        return key != null && MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8),
                service.options().apiKey().getBytes(StandardCharsets.UTF_8));
    }

    /** @return the key in the header or in the address, where the vendor's sample for browsers has it; null without */
    private static String key(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            return request.getParam("api_key");
        }
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : null;
    }
}
