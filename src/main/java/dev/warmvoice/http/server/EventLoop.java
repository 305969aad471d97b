package dev.warmvoice.http.server;

import dev.warmvoice.time.Workers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;

/** The event loop of a connection. Unlike on other workers, nothing may block there. Thread-safe. */
public record EventLoop(Context context) implements Workers {

    /** That of the thread that asks. */
    public static EventLoop current() {
        return new EventLoop(
                Objects.requireNonNull(Vertx.currentContext(), "only threads that run on a Vert.x context ask"));
    }

    @Override
    public void execute(Runnable work) {
        context.runOnContext(now -> work.run());
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        Vertx vertx = context.owner();
        long timer = vertx.setTimer(Math.max(1, delay.plusNanos(999_999).toMillis()), due -> execute(work));
        return () -> vertx.cancelTimer(timer);
    }
}
