package dev.warmvoice.http.live;

import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Pings a client at an interval, and gives it until the next ping for a sign of life. Time in which the process was
 * suspended does not count. To be used on one event loop.
 */
final class PingWatch {

    private final Duration interval;
    private final Timers timers;
    private final Supplier<Cancellable> ping;
    private final Runnable onSilence;
    private boolean alive = true;
    private Cancellable next = Cancellable.NONE;
    private Cancellable unanswered = Cancellable.NONE;

    /**
     * @param ping sends a ping; what it returns is cancelled at the next message of the client
     * @param onSilence what to do, once, when there was no sign of life in time
     */
    PingWatch(Duration interval, Timers timers, Supplier<Cancellable> ping, Runnable onSilence) {
        this.interval = interval;
        this.timers = timers;
        this.ping = ping;
        this.onSilence = onSilence;
    }

    void start() {
        next = timers.after(interval, this::ping);
    }

    private void ping() {
        stopWaiting();
        if (alive) {
            alive = false;
            unanswered = ping.get();
            start();
        } else {
            onSilence.run();
        }
    }

    /** The client has sent a message: whatever waited for it has been read. */
    void heard() {
        stopWaiting();
        alive = true;
    }

    /** The client reads, but may not have got to the ping yet. */
    void reading() {
        alive = true;
    }

    void stop() {
        next.cancel();
        stopWaiting();
    }

    private void stopWaiting() {
        unanswered.cancel();
        unanswered = Cancellable.NONE;
    }
}
