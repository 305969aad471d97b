package dev.warmvoice.time;

import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;

/** Time limits that count only time in which the process ran. Thread-safe, does not block. */
public final class Timers {

    private final Heartbeat heartbeat;
    private final Workers workers;

    public Timers(Heartbeat heartbeat, Workers workers) {
        this.heartbeat = heartbeat;
        this.workers = workers;
    }

    /**
     * Runs work on a worker thread when the limit is over: not sooner than {@link Heartbeat#left} allows.
     *
     * @param limit zero or negative for at once
     */
    public Cancellable after(Duration limit, Runnable work) {
        Limit running = new Limit(limit, heartbeat.running(), work);
        running.arm(limit);
        return running;
    }

    private final class Limit implements Cancellable {

        private final Duration limit;
        private final long since;
        private final Runnable work;
        private Cancellable due = NONE;
        private boolean over;

        Limit(Duration limit, long since, Runnable work) {
            this.limit = limit;
            this.since = since;
            this.work = work;
        }

        private synchronized void arm(Duration left) {
            if (!over) {
                due = workers.after(left, this::check);
            }
        }

        private void check() {
            Duration left = heartbeat.left(limit, since);
            if (left.isNegative() || left.isZero()) {
                end();
            } else {
                arm(left);
            }
        }

        private void end() {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
            }
            work.run();
        }

        @Override
        public synchronized void cancel() {
            over = true;
            due.cancel();
        }
    }
}
