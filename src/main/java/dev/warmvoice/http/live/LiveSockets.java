package dev.warmvoice.http.live;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The live sockets that are open. Closes them at shutdown, after the utterances have finished, so that their clients get a
 * close frame: Quarkus would close them too late for that, and logs an error for each that ends after its own end.
 * Thread-safe.
 */
@ApplicationScoped
class LiveSockets {

    private static final CloseReason GOING_AWAY = new CloseReason(1001, "The server is shutting down.");
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final Set<WebSocketConnection> open = new HashSet<>();

    synchronized void add(WebSocketConnection socket) {
        open.add(socket);
    }

    synchronized void remove(WebSocketConnection socket) {
        open.remove(socket);
        notifyAll();
    }

    void close(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER + 1) ShutdownDelayInitiatedEvent end)
            throws InterruptedException {
        all().forEach(socket -> socket.close(GOING_AWAY).onFailure().recoverWithNull().subscribe()
                .with(closed -> {
                }));
        awaitNone();
    }

    private synchronized List<WebSocketConnection> all() {
        return List.copyOf(open);
    }

    private synchronized void awaitNone() throws InterruptedException {
        long end = System.nanoTime() + MAX_WAIT.toNanos();
        for (long left = MAX_WAIT.toNanos(); !open.isEmpty() && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
