package dev.warmvoice.http.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a request, in whatever way. Vert.x does not report that of a request whose body was cut off. */
final class RequestEnd implements Runnable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final Runnable action;

    private RequestEnd(Runnable action) {
        this.action = action;
    }

    /**
     * Runs the action once, on the event loop: when the answer has been sent or the connection has closed.
     */
    static void then(RoutingContext http, Runnable action) {
        RequestEnd end = new RequestEnd(action);
        Channel channel = ((ConnectionBase) http.request().connection()).channel();
        GenericFutureListener<Future<Void>> onClose = closed -> end.run();
        channel.closeFuture().addListener(onClose);
        http.addEndHandler(ended -> {
            channel.closeFuture().removeListener(onClose);
            end.run();
        });
    }

    @Override
    public void run() {
        if (over.compareAndSet(false, true)) {
            action.run();
        }
    }
}
