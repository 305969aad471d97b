package dev.warmvoice.pool.key;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Opens connections with a key that may have been replaced: where the service refuses it, the key is read again, and if
 * there is another, the handshake is repeated once. So it is before a handshake with a key that has expired.
 */
final class RefreshingConnector implements Connector {

    private final Connector connector;
    private final RefreshedKey key;
    private final Duration maxWait;
    private final Timers timers;

    /**
     * @param connector opens connections with the key of the moment
     * @param maxWait how long a handshake waits for the key to be read
     */
    RefreshingConnector(Connector connector, RefreshedKey key, Duration maxWait, Timers timers) {
        this.connector = connector;
        this.key = key;
        this.maxWait = maxWait;
        this.timers = timers;
    }

    @Override
    public CompletableFuture<Connection> connect() {
        Attempt attempt = new Attempt();
        attempt.begin();
        return attempt.outcome;
    }

    private final class Attempt {

        private final CompletableFuture<Connection> outcome = new CompletableFuture<>();

        void begin() {
            after(key.unexpired(), this::first);
        }

        private void first() {
            String used = key.current();
            connect(failure -> {
                if (isRefusal(failure)) {
                    after(key.refused(used), () -> second(used, failure));
                } else {
                    outcome.completeExceptionally(failure);
                }
            });
        }

        private void second(String refused, Throwable failure) {
            if (refused.equals(key.current())) {
                outcome.completeExceptionally(failure);
            } else {
                connect(outcome::completeExceptionally);
            }
        }

        private void connect(Consumer<Throwable> failed) {
            if (outcome.isDone()) {
                return;
            }
            CompletableFuture<Connection> connecting = connector.connect();
            outcome.whenComplete((connection, failure) -> connecting.cancel(false));
            connecting.whenComplete((connection, failure) -> {
                if (failure != null) {
                    failed.accept(failure);
                } else if (!outcome.complete(connection)) {
                    connection.cancel();
                }
            });
        }

        /** Runs the next step when the key has been read, or has not for too long. */
        private void after(CompletableFuture<Void> read, Runnable next) {
            if (read.isDone()) {
                next.run();
                return;
            }
            Cancellable late = timers.after(maxWait, () -> read.complete(null));
            read.thenRun(() -> {
                late.cancel();
                next.run();
            });
        }
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof TaskFailedException known && known.reason() == Reason.UNAUTHORIZED;
    }
}
