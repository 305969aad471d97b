package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Task;
import dev.warmvoice.pool.LeaseRequest.Wanted;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection for one task. Ends exactly once: in {@link #finished}, {@link #unused}, {@link #discard}, {@link #replace}
 * or some time after {@link #stop}; whichever comes second does nothing. Thread-safe, does not block.
 */
public final class Lease {

    private final ConnectionPool pool;
    private final Admission.Permit permit;
    private final PooledConnection connection;
    private final boolean warm;
    private final Duration acquire;
    private final Duration connect;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);
    private volatile Cancellable stopLimit = () -> {
    };

    private enum State {
        HELD,
        /** The service has been asked to stop the task. */
        STOPPING,
        ENDED
    }

    Lease(ConnectionPool pool, Admission.Permit permit, PooledConnection connection, boolean warm, Duration acquire,
            Duration connect) {
        this.pool = pool;
        this.permit = permit;
        this.connection = connection;
        this.warm = warm;
        this.acquire = acquire;
        this.connect = connect;
    }

    public Connection connection() {
        return connection.connection();
    }

    /** Whether the connection was open before the request came. */
    public boolean warm() {
        return warm;
    }

    /** Whether there is something that speaks against the connection: its age, a suspension, or a silent sibling. */
    public boolean isInDoubt() {
        return !pool.isProven(connection);
    }

    /** How long the request waited for its first connection, a handshake included. */
    public Duration acquire() {
        return acquire;
    }

    /** How long the handshakes took that the request had to wait for; zero for a warm connection. */
    public Duration connect() {
        return connect;
    }

    /** The task has finished, or was stopped by the service, which proves the connection. */
    public void finished() {
        State before = end();
        if (before != State.ENDED) {
            pool.finished(connection);
            permit.release();
        }
        if (before == State.STOPPING) {
            pool.stops().answered();
        }
    }

    /** No task was begun. The connection goes back as old as it was. */
    public void unused() {
        if (end() != State.ENDED) {
            pool.unused(connection);
            permit.release();
        }
    }

    /**
     * The task ended in any other way: the socket is closed at once.
     *
     * @param reason for the metrics
     */
    public void discard(String reason) {
        if (end() != State.ENDED) {
            pool.discard(connection, reason);
            permit.release();
        }
    }

    /**
     * The task is not wanted any more: asks the service to stop it, and keeps the connection and its place until the
     * service has, which is to be reported with {@link #finished}. If that takes too long, or is known not to work, the
     * socket is closed.
     *
     * @param task that runs on the connection
     * @param started whether the service has said so: if not, it is silent, and what it would make of the request is not
     *            known
     * @param reason for the metrics, if the socket is closed
     */
    public void stop(Task task, boolean started, String reason) {
        if (!pool.stops().areWorthATry()) {
            discard(reason);
        } else if (state.compareAndSet(State.HELD, State.STOPPING)) {
            pool.stopping();
            stopLimit = pool.afterStopLimit(() -> stopTimedOut(started, reason));
            task.cancel();
        }
    }

    private void stopTimedOut(boolean started, String reason) {
        if (end() != State.ENDED) {
            if (started) {
                pool.stops().unanswered();
            }
            pool.discard(connection, reason);
            permit.release();
        }
    }

    /**
     * Closes the socket and asks for a connection that is opened for this request, which keeps its place.
     *
     * @param reason why the old one was not good enough, for the metrics
     * @return the request, to be begun; if this lease had ended before, it is over already
     */
    public LeaseRequest replace(String reason, LeaseListener listener) {
        return next(Wanted.NEW, reason, listener);
    }

    /**
     * Closes the socket and asks for another connection, warm or new.
     *
     * @param reason why the old one was not good enough, for the metrics
     * @return the request, to be begun; if this lease had ended before, it is over already
     */
    public LeaseRequest another(String reason, LeaseListener listener) {
        return next(Wanted.PROVEN, reason, listener);
    }

    private LeaseRequest next(Wanted wanted, String reason, LeaseListener listener) {
        boolean first = end() != State.ENDED;
        LeaseRequest next = new LeaseRequest(pool, this, wanted, listener);
        if (first) {
            pool.discard(connection, reason);
        } else {
            permit.share();
            next.cancel();
        }
        return next;
    }

    /**
     * Asks for a second connection beside this one, for the same place: one that is still to be opened.
     *
     * @return the request, to be begun
     */
    public LeaseRequest beside(LeaseListener listener) {
        return share(Wanted.OPENED, listener);
    }

    /**
     * Gives the connection back, since no task was begun, and asks for one that is not in doubt, for the same place.
     *
     * @return the request, to be begun
     */
    public LeaseRequest awaitProven(LeaseListener listener) {
        LeaseRequest next = share(Wanted.PROVEN, listener);
        unused();
        return next;
    }

    private LeaseRequest share(Wanted wanted, LeaseListener listener) {
        permit.share();
        return new LeaseRequest(pool, this, wanted, listener);
    }

    /** @return the state before; if that is not ENDED, this caller has to give back what the lease holds */
    private State end() {
        State before = state.getAndSet(State.ENDED);
        if (before == State.STOPPING) {
            stopLimit.cancel();
            pool.stopped();
        }
        return before;
    }

    Admission.Permit permit() {
        return permit;
    }
}
