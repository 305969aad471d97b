package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.TaskFailedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection for one task. Ends exactly once, in {@link #giveBack} or {@link #discard}; whichever comes second does
 * nothing. Thread-safe, except that {@link #reconnect} must not run beside anything else.
 */
public final class Lease {

    private final ConnectionPool pool;
    private final Admission.Ticket ticket;
    private final Slot slot;
    private final Duration acquire;
    private volatile boolean warm;
    private volatile Duration connect;
    private final AtomicBoolean ended = new AtomicBoolean();

    Lease(ConnectionPool pool, Admission.Ticket ticket, Slot slot, boolean warm, Duration acquire) {
        this.pool = pool;
        this.ticket = ticket;
        this.slot = slot;
        this.warm = warm;
        this.acquire = acquire;
        this.connect = warm ? Duration.ZERO : slot.handshake();
    }

    public Connection connection() {
        return slot.connection();
    }

    /** Whether the connection was open before anybody asked for it. */
    public boolean warm() {
        return warm;
    }

    /** How long the borrower waited, a handshake included. */
    public Duration acquire() {
        return acquire;
    }

    /** How long the handshakes took that the borrower had to wait for; zero for a warm connection. */
    public Duration connect() {
        return connect;
    }

    /**
     * Replaces the connection with a new one, keeping its place. Blocks for a handshake.
     *
     * @param reason why the old one was not good enough, for the metrics
     */
    public void reconnect(String reason) throws TaskFailedException {
        pool.countDiscarded(reason);
        slot.reopen();
        warm = false;
        connect = connect.plus(slot.handshake());
    }

    /** The task has finished, or was never begun: the connection is ready for the next one. Does not block. */
    public void giveBack() {
        if (ended.compareAndSet(false, true)) {
            pool.giveBack(slot, ticket);
        }
    }

    /**
     * The task ended in any other way: the socket is closed at once. Does not block.
     *
     * @param reason for the metrics
     */
    public void discard(String reason) {
        if (ended.compareAndSet(false, true)) {
            pool.discard(slot, ticket, reason);
        }
    }
}
