package dev.warmvoice.http.server;

import dev.warmvoice.time.Heartbeat;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Counts the responses under way, which the shutdown waits for. (Quarkus' own count never forgets a request that has
 * become a WebSocket, and would wait for it in vain.) Thread-safe.
 */
@ApplicationScoped
public class InFlight {

    private static final Logger LOG = Logger.getLogger(InFlight.class);
    private static final String COUNTED = "warmvoice.in-flight";
    private static final int FIRST = 30_000;

    private final Duration timeout;
    private final Heartbeat heartbeat;
    private int count;

    InFlight(ServerConfig config, Heartbeat heartbeat) {
        this.timeout = config.shutdown().timeout();
        this.heartbeat = heartbeat;
    }

    public void register(@Observes Filters filters) {
        filters.register(this::follow, FIRST);
    }

    private void follow(RoutingContext http) {
        // A rerouted request passes here a second time.
        if (!isHandshake(http.request()) && http.get(COUNTED) == null) {
            http.put(COUNTED, true);
            begin();
            RequestEnd.then(http, this::end);
        }
        http.next();
    }

    /** Anything else with that header, such as from a proxy that always sets it, is an ordinary request. */
    private static boolean isHandshake(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    public synchronized void begin() {
        count++;
    }

    public synchronized void end() {
        count--;
        notifyAll();
    }

    /** Runs when no request is admitted any more, while the server still rejects them. */
    public void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent end)
            throws InterruptedException {
        if (!awaitNone()) {
            LOG.warnf("Responses were cut off because they took longer than %d ms", timeout.toMillis());
        }
    }

    private synchronized boolean awaitNone() throws InterruptedException {
        long begin = heartbeat.running();
        while (count > 0) {
            Duration left = heartbeat.left(timeout, begin);
            if (left.isNegative() || left.isZero()) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left.toNanos());
        }
        return true;
    }
}
