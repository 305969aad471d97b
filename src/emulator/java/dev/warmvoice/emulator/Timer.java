package dev.warmvoice.emulator;

import io.vertx.core.Vertx;

import java.time.Duration;

/** One thing to do later, on the event loop; setting it again forgets what was set before. */
final class Timer {

    private static final long NONE = -1;

    private final Vertx vertx;
    private long id = NONE;

    Timer(Vertx vertx) {
        this.vertx = vertx;
    }

    void set(Duration delay, Runnable action) {
        cancel();
        // Vert.x knows no timer shorter than a millisecond, and one that rings early would have to be set again.
        long millis = Math.max(1, delay.plusNanos(999_999).toMillis());
        id = vertx.setTimer(millis, fired -> {
            id = NONE;
            action.run();
        });
    }

    void cancel() {
        if (id != NONE) {
            vertx.cancelTimer(id);
            id = NONE;
        }
    }

    boolean isSet() {
        return id != NONE;
    }
}
