package dev.warmvoice.http.live;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OpenConnections;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;

/**
 * Closes the live sockets at shutdown, after the utterances have finished, so that their clients get a close frame.
 * Quarkus would close them too late for that and log an error for each.
 */
@ApplicationScoped
class LiveSocketShutdown {

    private static final CloseReason GOING_AWAY = new CloseReason(1001, "The server is shutting down.");
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final OpenConnections sockets;

    LiveSocketShutdown(OpenConnections sockets) {
        this.sockets = sockets;
    }

    void leave(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER + 1) ShutdownDelayInitiatedEvent end) {
        List<Uni<Void>> farewells = sockets.stream()
                .map(socket -> socket.close(GOING_AWAY).onFailure().recoverWithNull()).toList();
        if (!farewells.isEmpty()) {
            Uni.join().all(farewells).andCollectFailures().ifNoItem().after(LONGEST).recoverWithItem(List.of()).await()
                    .indefinitely();
        }
    }
}
