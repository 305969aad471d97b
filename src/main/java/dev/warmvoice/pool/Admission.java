package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Limits concurrent tasks. FIFO; wait time and queue length are bounded. Thread-safe, does not block. */
final class Admission {

    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private final int places;
    private final int maxWaiting;
    private final Duration timeout;
    private final Heartbeat heartbeat;
    private final Timers timers;
    private final Workers workers;
    // Guarded by this.
    private final Deque<Permit> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> awaitingNone = new ArrayList<>();
    private int taken;

    /**
     * @param places tasks at a time
     * @param timeout how long a request waits at most
     */
    Admission(int places, int maxWaiting, Duration timeout, Heartbeat heartbeat, Workers workers) {
        this.places = places;
        this.maxWaiting = maxWaiting;
        this.timeout = timeout;
        this.heartbeat = heartbeat;
        this.timers = new Timers(heartbeat, workers);
        this.workers = workers;
    }

    /**
     * A permit to run a task, not requested yet.
     *
     * @param granted called once when the permit is held; must not block. It may still come while the permit is being
     *            released by another thread
     * @param refused called once if the wait would be too long
     */
    Permit permit(Runnable granted, Consumer<PoolExhaustedException> refused) {
        return new Permit(granted, refused);
    }

    /** Whether a permit would be granted at once. */
    synchronized boolean isFree() {
        return taken < places;
    }

    /** How many requests wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Completes as soon as no permit is held. */
    synchronized CompletionStage<Void> none() {
        CompletableFuture<Void> none = new CompletableFuture<>();
        if (taken == 0) {
            none.complete(null);
        } else {
            awaitingNone.add(none);
        }
        return none;
    }

    private enum State {
        NEW,
        WAITING,
        HELD,
        OVER
    }

    /** One request's permit to run a task, waiting or granted. Thread-safe. */
    final class Permit {

        private final Runnable granted;
        private final Consumer<PoolExhaustedException> refused;
        // Guarded by Admission.this.
        private State state = State.NEW;
        private int holders = 1;
        private long sinceAge;
        private Cancellable timer = Cancellable.NONE;

        private Permit(Runnable granted, Consumer<PoolExhaustedException> refused) {
            this.granted = granted;
            this.refused = refused;
        }

        /** Requests the permit. To be called once; does nothing after {@link #release}. */
        void request() {
            sinceAge = heartbeat.beat();
            State next;
            synchronized (Admission.this) {
                if (state != State.NEW) {
                    return;
                }
                next = decide();
                state = next;
            }
            if (next == State.HELD) {
                granted.run();
            } else if (next == State.OVER) {
                refused.accept(new PoolExhaustedException("All connections are busy and " + maxWaiting
                        + " requests, the max, are already waiting.", BUSY_RETRY));
            }
        }

        private State decide() {
            if (taken < places) {
                taken++;
                return State.HELD;
            }
            if (waiting.size() >= maxWaiting) {
                return State.OVER;
            }
            waiting.add(this);
            timer = timers.after(timeout, this::timeOut);
            return State.WAITING;
        }

        /** The time since it was requested, suspensions included. */
        Duration waited() {
            return Duration.ofNanos(heartbeat.beat() - sinceAge);
        }

        /** A second connection is used for the same task: the permit is free when both have released it. */
        void share() {
            synchronized (Admission.this) {
                holders++;
            }
        }

        /** Returns the permit, or withdraws the request for it. To be called once by each holder. */
        void release() {
            Permit next = null;
            List<CompletableFuture<Void>> none = List.of();
            synchronized (Admission.this) {
                State before = state;
                if (--holders > 0) {
                    return;
                }
                state = State.OVER;
                if (before == State.WAITING) {
                    waiting.remove(this);
                    timer.cancel();
                } else if (before == State.HELD) {
                    next = waiting.poll();
                    if (next != null) {
                        next.state = State.HELD;
                        next.timer.cancel();
                    } else if (--taken == 0) {
                        none = List.copyOf(awaitingNone);
                        awaitingNone.clear();
                    }
                }
            }
            if (next != null) {
                next.grantOnWorker();
            }
            none.forEach(each -> each.complete(null));
        }

        /** Runs on another thread: a long queue of requests that all fail at once would overflow the stack. */
        private void grantOnWorker() {
            try {
                workers.execute(granted);
            } catch (RejectedExecutionException shutdown) {
                release();
                refused.accept(
                        new PoolExhaustedException("The server has no free thread for this request.", BUSY_RETRY));
            }
        }

        private void timeOut() {
            synchronized (Admission.this) {
                if (state != State.WAITING) {
                    return;
                }
                waiting.remove(this);
                state = State.OVER;
            }
            refused.accept(new PoolExhaustedException("All connections were busy for " + timeout.toMillis() + " ms.",
                    BUSY_RETRY));
        }
    }
}
