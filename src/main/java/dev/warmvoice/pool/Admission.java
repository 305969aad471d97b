package dev.warmvoice.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Who may run a task: so many at a time, first come, first served, nobody waiting for longer than the bound and no more
 * waiting than the bound. Thread-safe.
 */
final class Admission {

    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private final int maxWaiting;
    private final Duration timeout;
    private final ScheduledExecutorService timer;
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private final int places;
    private int pooled;
    private int overflow;

    /**
     * @param pooled tasks at a time, each on a connection of the pool
     * @param overflow tasks beyond these, each on a connection of its own
     * @param timer runs what has to happen later; its threads must not block for long
     */
    Admission(int pooled, int overflow, int maxWaiting, Duration timeout, ScheduledExecutorService timer) {
        this.pooled = pooled;
        this.overflow = overflow;
        this.places = pooled + overflow;
        this.maxWaiting = maxWaiting;
        this.timeout = timeout;
        this.timer = timer;
    }

    /**
     * Asks to be let in.
     *
     * @param granted called once when it is time, unless the ticket is cancelled before; must not block
     * @param refused called once if it is not time within the bound, or too many wait already
     */
    Ticket enter(Runnable granted, Consumer<PoolExhaustedException> refused) {
        Ticket ticket = new Ticket(granted, refused);
        boolean admitted;
        boolean full;
        synchronized (this) {
            admitted = take(ticket);
            full = !admitted && waiting.size() >= maxWaiting;
            if (!admitted && !full) {
                waiting.add(ticket);
                ticket.wakeUp = timer.schedule(ticket::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        if (full) {
            refused.accept(new PoolExhaustedException("every connection is busy and " + maxWaiting
                    + " requests are waiting already", BUSY_RETRY));
        } else if (admitted) {
            ticket.grant();
        }
        return ticket;
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Waits until no task runs, or for the time given.
     *
     * @return whether none does
     */
    synchronized boolean awaitNobody(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (pooled + overflow < places) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    private boolean take(Ticket ticket) {
        if (pooled > 0) {
            pooled--;
            ticket.holdsPlace = true;
        } else if (overflow > 0) {
            overflow--;
            ticket.overflow = true;
            ticket.holdsPlace = true;
        }
        return ticket.holdsPlace;
    }

    private void free(Ticket ticket) {
        Ticket next = null;
        synchronized (this) {
            if (!ticket.holdsPlace) {
                return;
            }
            ticket.holdsPlace = false;
            if (ticket.overflow) {
                overflow++;
            } else {
                pooled++;
            }
            if (!waiting.isEmpty()) {
                next = waiting.remove();
                take(next);
            }
            notifyAll();
        }
        if (next != null) {
            next.wakeUp.cancel(false);
            next.grant();
        }
    }

    /** One request's place, or its wish for one. */
    final class Ticket {

        private final long sinceNanos = System.nanoTime();
        private final Runnable granted;
        private final Consumer<PoolExhaustedException> refused;
        private Future<?> wakeUp;
        private boolean holdsPlace;
        private boolean overflow;
        private boolean settled;

        private Ticket(Runnable granted, Consumer<PoolExhaustedException> refused) {
            this.granted = granted;
            this.refused = refused;
        }

        /** Whether it stands for a connection beyond the pool. */
        boolean isOverflow() {
            return overflow;
        }

        /** How long ago it asked. */
        Duration waited() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }

        /** The request has no more need of its place, or of waiting for one. Idempotent. */
        void leave() {
            synchronized (Admission.this) {
                settle();
            }
            free(this);
        }

        /** The request is no longer wanted. Where it has been granted already, whoever heard of that must leave. */
        void cancel() {
            synchronized (Admission.this) {
                if (settled) {
                    return;
                }
                // In one step with the question, or it would be granted in between and its place given away twice.
                settle();
            }
            free(this);
        }

        private void settle() {
            settled = true;
            waiting.remove(this);
            if (wakeUp != null) {
                wakeUp.cancel(false);
            }
        }

        private void grant() {
            synchronized (Admission.this) {
                if (settled) {
                    return;
                }
                settled = true;
            }
            granted.run();
        }

        private void timeOut() {
            synchronized (Admission.this) {
                if (!waiting.remove(this)) {
                    return;
                }
                settled = true;
            }
            refused.accept(new PoolExhaustedException("every connection was busy for " + timeout.toMillis() + " ms",
                    BUSY_RETRY));
        }
    }
}
