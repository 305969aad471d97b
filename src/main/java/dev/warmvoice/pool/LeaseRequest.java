package dev.warmvoice.pool;

import dev.warmvoice.dashscope.TaskFailedException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One request's wish for a connection: first for a place, then for a connection. Thread-safe, does not block. */
public final class LeaseRequest {

    private static final Logger LOG = Logger.getLogger(LeaseRequest.class);

    /** Which connections will do. */
    enum Wanted {
        /** Any, and one in doubt rather than to wait. */
        ANY,
        /** One that is not in doubt. */
        PROVEN,
        /** One whose handshake was not over when it was asked for: what silenced one connection may have silenced all. */
        OPENED,
        /** One that is opened for this request. */
        NEW
    }

    private final ConnectionPool pool;
    private final LeaseListener listener;
    private final Wanted wanted;
    private final @Nullable Lease before;
    /** Handshakes begun after this one will do; null until the request waits for a connection. */
    private final @Nullable Long since;
    private final Admission.Permit permit;
    private final AtomicBoolean over = new AtomicBoolean();

    LeaseRequest(ConnectionPool pool, Admission admission, LeaseListener listener) {
        this.pool = pool;
        this.listener = listener;
        this.wanted = Wanted.ANY;
        this.before = null;
        this.since = null;
        this.permit = admission.permit(() -> pool.connect(this), this::refused);
    }

    /** @param before the lease whose place it takes over, or shares */
    LeaseRequest(ConnectionPool pool, Lease before, Wanted wanted, LeaseListener listener) {
        this.pool = pool;
        this.listener = listener;
        this.wanted = wanted;
        this.before = before;
        this.since = wanted == Wanted.NEW ? pool.mark() : null;
        this.permit = before.permit();
    }

    /** Begins to wait. The listener may be called before this method returns. To be called once. */
    public void begin() {
        if (before != null) {
            pool.connect(this);
        } else {
            permit.request();
        }
    }

    /** The request is no longer wanted. Does nothing once the listener was called. */
    public void cancel() {
        if (over.compareAndSet(false, true)) {
            pool.forget(this);
            permit.release();
        }
    }

    /** The moment from which on a handshake counts as begun for it, if that was before it began to wait. */
    OptionalLong since() {
        return since == null ? OptionalLong.empty() : OptionalLong.of(since);
    }

    boolean isOver() {
        return over.get();
    }

    Wanted wanted() {
        return wanted;
    }

    /**
     * Hands over a connection.
     *
     * @param warm whether the connection was there already, and not opened while the request waited
     * @return false if the request was cancelled, and then nothing happened
     */
    boolean serve(PooledConnection connection, boolean warm) {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        Lease lease = lease(connection, warm);
        try {
            listener.leased(lease);
        } catch (RuntimeException e) {
            LOG.error("A request failed unexpectedly when it got its connection", e);
            lease.discard("error");
        }
        return true;
    }

    private Lease lease(PooledConnection connection, boolean warm) {
        Duration handshake = warm ? Duration.ZERO : connection.handshake();
        return before == null
                ? new Lease(pool, permit, connection, warm, acquired(), handshake)
                : new Lease(pool, permit, connection, warm, before.acquire(), before.connect().plus(handshake));
    }

    private Duration acquired() {
        Duration waited = permit.waited();
        pool.acquired(waited);
        return waited;
    }

    void fail(TaskFailedException why) {
        if (over.compareAndSet(false, true)) {
            permit.release();
            report(() -> listener.failed(why));
        }
    }

    private void refused(PoolExhaustedException why) {
        if (over.compareAndSet(false, true)) {
            report(() -> listener.refused(why));
        }
    }

    /** The caller has other requests to serve, whatever becomes of this one. */
    private static void report(Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException e) {
            LOG.error("A request failed unexpectedly when it got no connection", e);
        }
    }
}
