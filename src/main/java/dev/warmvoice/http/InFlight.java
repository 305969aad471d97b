package dev.warmvoice.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Answers that are being given, for which the end of the process waits. (Quarkus' own count never forgets a request that
 * has become a WebSocket, and would wait for it in vain.) Thread-safe.
 */
@ApplicationScoped
class InFlight {

    private static final Logger LOG = Logger.getLogger(InFlight.class);
    private static final String COUNTED = "warmvoice.in-flight";
    private static final int FIRST = 30_000;

    private final Duration timeout;
    private int count;

    InFlight(@ConfigProperty(name = "warmvoice.shutdown.timeout") Duration timeout) {
        this.timeout = timeout;
    }

    void register(@Observes Filters filters) {
        filters.register(this::follow, FIRST);
    }

    private void follow(RoutingContext http) {
        if (!isHandshake(http.request())) {
            // A request that is rerouted comes by again, and without the handlers it had.
            Runnable end = http.get(COUNTED);
            if (end == null) {
                end = counted(http.request().connection());
                http.put(COUNTED, end);
            }
            Runnable once = end;
            http.addEndHandler(ended -> once.run());
        }
        http.next();
    }

    /** Anything else with that header, such as from a proxy that always sets it, is an ordinary request. */
    private static boolean isHandshake(HttpServerRequest request) {
        return request.method() == HttpMethod.GET
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    /** Ends with the connection too, of which those do not hear whose body was cut off. */
    private Runnable counted(HttpConnection connection) {
        begin();
        AtomicBoolean counted = new AtomicBoolean(true);
        ChannelFuture closed = ((ConnectionBase) connection).channel().closeFuture();
        GenericFutureListener<Future<Void>> onClose = close -> end(counted);
        closed.addListener(onClose);
        return () -> {
            closed.removeListener(onClose);
            end(counted);
        };
    }

    private void end(AtomicBoolean counted) {
        if (counted.getAndSet(false)) {
            end();
        }
    }

    synchronized void begin() {
        count++;
    }

    synchronized void end() {
        count--;
        notifyAll();
    }

    /** Once nothing new is begun any more, and as long as the server is still there to refuse it. */
    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownDelayInitiatedEvent end)
            throws InterruptedException {
        if (!awaitNone()) {
            LOG.warnf("Answers were cut off: they took longer than %d ms to finish", timeout.toMillis());
        }
    }

    private synchronized boolean awaitNone() throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); count > 0; left = deadline - System.nanoTime()) {
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
