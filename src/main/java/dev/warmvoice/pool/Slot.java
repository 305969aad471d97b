package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.TaskFailedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A place in the pool and the connection that fills it at present. Used by one thread at a time; what others read is
 * volatile.
 */
final class Slot {

    private final Opener opener;
    private volatile Connection connection;
    private volatile long openedNanos;
    private volatile Duration handshake;
    private volatile long unusedSince;
    private volatile double patience;

    /** Opens the slot's first connection. */
    Slot(Opener opener) throws TaskFailedException {
        this.opener = opener;
        open();
    }

    Connection connection() {
        return connection;
    }

    /** When the present connection was opened, in terms of {@link System#nanoTime}. */
    long openedNanos() {
        return openedNanos;
    }

    /** How long that took. */
    Duration handshake() {
        return handshake;
    }

    /** Closes the connection and opens another. */
    void reopen() throws TaskFailedException {
        connection.cancel();
        open();
    }

    /**
     * The connection was used, or opened, just now.
     *
     * @param now in terms of {@link Heartbeat#beat}
     */
    void touch(long now) {
        unusedSince = now;
        // Connections of the same age are not replaced all at the same time.
        patience = ThreadLocalRandom.current().nextDouble(0.7, 0.9);
    }

    /** When it was last used, in terms of {@link Heartbeat#beat}. */
    long unusedSince() {
        return unusedSince;
    }

    /** Whether it must not be used any more. */
    boolean isStale(long now, long maxIdleNanos) {
        return now - unusedSince >= maxIdleNanos;
    }

    /** Whether it had better be replaced before somebody needs it. */
    boolean isDue(long now, long maxIdleNanos) {
        return now - unusedSince >= maxIdleNanos * patience;
    }

    private void open() throws TaskFailedException {
        long begin = System.nanoTime();
        connection = opener.open();
        openedNanos = System.nanoTime();
        handshake = Duration.ofNanos(openedNanos - begin);
    }
}
