package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, with a back-off after failures. Thread-safe, does not block.
 */
final class ConnectionOpener {

    private static final Logger LOG = Logger.getLogger(ConnectionOpener.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(10);
    /** Number of handshakes in a row that must fail before requests fail without another try. */
    private static final int FAIL_FAST_AFTER = 3;
    /** Added to the connector's own bound, whose error is more precise, but which cannot interrupt a DNS lookup. */
    private static final Duration CONNECTOR_MARGIN = Duration.ofMillis(500);

    private final Connector connector;
    private final Heartbeat heartbeat;
    private final Timers timers;
    private final Duration limit;
    private final Duration unauthorizedRetry;
    private final RandomGenerator random;
    private final PoolMetrics metrics;
    // Guarded by this.
    private @Nullable TaskFailedException lastFailure;
    private Duration lastHandshake = Duration.ZERO;
    private int failures;
    /** Connections in a row that were closed right after they had been opened. */
    private int shortLived;
    private long retryAt;

    /**
     * @param connectTimeout bound on a handshake
     * @param random varies the back-off
     */
    ConnectionOpener(Connector connector, Duration connectTimeout, Duration unauthorizedRetry, Heartbeat heartbeat,
            Workers workers, RandomGenerator random, PoolMetrics metrics) {
        this.connector = connector;
        this.limit = connectTimeout.plus(CONNECTOR_MARGIN);
        this.unauthorizedRetry = unauthorizedRetry;
        this.heartbeat = heartbeat;
        this.timers = new Timers(heartbeat, workers);
        this.random = random;
        this.metrics = metrics;
    }

    /**
     * A handshake that has not begun.
     *
     * @param number larger than that of every earlier one
     */
    Handshake handshake(long number) {
        return new Handshake(number);
    }

    /** The remaining back-off; zero or negative if there is none. */
    synchronized Duration backOff() {
        return failures + shortLived == 0 ? Duration.ZERO : Duration.ofNanos(retryAt - heartbeat.beat());
    }

    /** Why the latest handshake failed; empty if it succeeded. */
    synchronized Optional<TaskFailedException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Why another handshake is not worth a try now; empty if it is. */
    synchronized Optional<TaskFailedException> knownFailure() {
        return lastFailure().filter(last -> failures > FAIL_FAST_AFTER || last.reason() == Reason.UNAUTHORIZED)
                .filter(last -> backOff().toNanos() > 0);
    }

    /** The duration of the latest successful handshake; zero if there was none. */
    synchronized Duration lastHandshake() {
        return lastHandshake;
    }

    private synchronized void succeeded(Duration took) {
        lastHandshake = took;
        if (failures > 0) {
            LOG.infof("Connections%s can be opened again after %d failures", metrics.label(), failures);
        }
        failures = 0;
        lastFailure = null;
    }

    private synchronized void failed(TaskFailedException e) {
        failures++;
        Duration backOff = e.reason() == Reason.UNAUTHORIZED ? unauthorizedRetry : jittered(failures);
        retryAt = heartbeat.beat() + backOff.toNanos();
        if (lastFailure == null || !lastFailure.getMessage().equals(e.getMessage())) {
            LOG.warnf("Cannot open a connection%s: %s", metrics.label(), e.getMessage());
        }
        lastFailure = e;
    }

    /** Ends the back-off after a refused key, which has been replaced. */
    synchronized void keyChanged() {
        if (lastFailure != null && lastFailure.reason() == Reason.UNAUTHORIZED) {
            retryAt = heartbeat.beat();
        }
    }

    /** Backs off after a connection that was closed right after its handshake. */
    synchronized void shortLived() {
        shortLived++;
        retryAt = heartbeat.beat() + jittered(shortLived).toNanos();
    }

    /** Ends that back-off: a task has finished on a connection. */
    synchronized void proven() {
        shortLived = 0;
    }

    private Duration jittered(int failed) {
        long doubled = FIRST_BACK_OFF.toMillis() << Math.min(failed - 1, 20);
        long max = Math.min(doubled, MAX_BACK_OFF.toMillis());
        return Duration.ofMillis(random.nextLong(max / 2, max + 1));
    }

    /** Receives the end of a handshake, exactly once. Must not block. */
    interface Outcome {

        void opened(Handshake handshake, PooledConnection connection);

        /**
         * There is no connection.
         *
         * @param failure {@code CANCELLED} after {@link Handshake#cancel}
         */
        void failed(Handshake handshake, TaskFailedException failure);
    }

    /** One attempt to open a connection. Thread-safe. */
    final class Handshake {

        private final long number;
        private final CompletableFuture<Connection> answer = new CompletableFuture<>();
        private volatile boolean cancelled;
        private long begun;

        private Handshake(long number) {
            this.number = number;
        }

        long number() {
            return number;
        }

        /** Begins it. The outcome may come before this method returns. */
        void begin(Outcome outcome) {
            begun = heartbeat.beat();
            Cancellable late = timers.after(limit, () -> answer.completeExceptionally(new TaskFailedException(
                    Reason.UNREACHABLE, "The service did not answer the handshake in time.")));
            answer.whenComplete((connection, failure) -> {
                late.cancel();
                if (failure == null) {
                    outcome.opened(this, opened(connection));
                } else {
                    fail(outcome, failure);
                }
            });
            if (!answer.isDone()) {
                CompletableFuture<Connection> connecting = connect();
                answer.whenComplete((connection, failure) -> connecting.cancel(false));
                connecting.whenComplete((connection, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else if (!answer.complete(connection)) {
                        connection.cancel();
                    }
                });
            }
        }

        private CompletableFuture<Connection> connect() {
            try {
                return connector.connect();
            } catch (RuntimeException e) {
                LOG.error("A handshake could not begin", e);
                return CompletableFuture.failedFuture(e);
            }
        }

        private void fail(Outcome outcome, Throwable failure) {
            TaskFailedException why = reason(failure);
            heartbeat.beat();
            if (why.reason() == Reason.UNREACHABLE && heartbeat.resumed() > begun) {
                // The time limit passed during the suspension, which says nothing about the service.
                why = new TaskFailedException(Reason.CANCELLED, "The process was suspended during the handshake.");
            } else if (!cancelled) {
                ConnectionOpener.this.failed(why);
            }
            outcome.failed(this, why);
        }

        private PooledConnection opened(Connection connection) {
            long now = heartbeat.beat();
            Duration took = Duration.ofNanos(now - begun);
            // Across a suspension the answer may have waited for as long as that was.
            boolean suspended = heartbeat.resumed() > begun;
            if (!suspended) {
                metrics.connect().record(took);
            }
            succeeded(suspended ? lastHandshake() : took);
            return new PooledConnection(connection, suspended ? begun : now, now, took,
                    random.nextDouble(0.65, 0.85));
        }

        private static TaskFailedException reason(Throwable failure) {
            Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
            Throwable cause = wrapped == null ? failure : wrapped;
            return cause instanceof TaskFailedException known
                    ? known
                    : new TaskFailedException(Reason.UNREACHABLE,
                            "The handshake failed: " + cause.getClass().getName() + ".");
        }

        /** Ends the handshake at once, since its connection is no longer needed. Idempotent. */
        void cancel() {
            cancelled = true;
            answer.completeExceptionally(
                    new TaskFailedException(Reason.CANCELLED, "The handshake was cancelled."));
        }
    }
}
