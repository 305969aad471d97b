package dev.warmvoice.pool.rate;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * At most N submissions of this process in any second, first come, first served. N may change. Thread-safe, does not
 * block.
 */
final class SlidingWindow implements ModelRate {

    /**
     * The service counts by when tasks arrive. A window a little longer than its second leaves room for what delays some
     * of them on the way; a task that is refused all the same is tried again.
     */
    static final Duration WINDOW = Duration.ofMillis(1040);
    private static final long THROTTLE_COOLDOWN_NANOS = Duration.ofSeconds(10).toNanos();

    private final Heartbeat heartbeat;
    private final Workers workers;
    // Guarded by this. Times are in terms of Heartbeat#beat.
    private Limit limit;
    private long notBefore = Long.MIN_VALUE;
    /** When the latest tasks were submitted, at most {@link #remembered} of them. */
    private final Deque<Long> submitted = new ArrayDeque<>();
    private final int remembered;
    /** Turns that were granted and may be used at any time: each counts as if that were now. */
    private int granted;
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private long narrowUntil = Long.MIN_VALUE;
    private Cancellable timer = Cancellable.NONE;

    /** @param limit the highest that there will be */
    SlidingWindow(Limit limit, Heartbeat heartbeat, Workers workers) {
        this.limit = limit;
        this.remembered = limit.tasks();
        this.heartbeat = heartbeat;
        this.workers = workers;
    }

    /**
     * Another limit from now on.
     *
     * @param pause the time in which none is granted before
     */
    void limit(Limit next, Duration pause) {
        synchronized (this) {
            limit = next;
            notBefore = heartbeat.beat() + pause.toNanos();
        }
        grantDue();
    }

    @Override
    public synchronized void narrow() {
        narrowUntil = heartbeat.beat() + THROTTLE_COOLDOWN_NANOS;
    }

    synchronized boolean isNarrow() {
        return heartbeat.beat() < narrowUntil;
    }

    @Override
    public synchronized boolean isUnused() {
        long now = heartbeat.beat();
        return waiting.isEmpty() && granted == 0 && now >= narrowUntil
                && (submitted.isEmpty() || now - submitted.getLast() >= limit.windowNanos());
    }

    @Override
    public void request(Submission turn, Duration longest) {
        boolean now;
        long wait;
        synchronized (this) {
            wait = delay();
            now = wait <= 0 && grant(turn);
            if (wait > 0 && wait <= longest.toNanos()) {
                enqueue(turn);
                return;
            }
        }
        if (now) {
            turn.report();
        } else {
            turn.refuse(Duration.ofNanos(wait));
        }
    }

    @Override
    public void requestNow(Submission turn, Consumer<Boolean> result) {
        boolean now;
        synchronized (this) {
            now = delay() <= 0 && grant(turn);
        }
        result.accept(now);
    }

    private long delay() {
        return limit.tasks() == 0 ? 0 : delayAfter(waiting.size(), heartbeat.beat());
    }

    private void enqueue(Submission turn) {
        if (turn.isWaiting()) {
            waiting.add(turn);
        }
        if (waiting.size() == 1) {
            arm();
        }
    }

    @Override
    public void used(Submission turn) {
        synchronized (this) {
            granted--;
            record();
        }
    }

    /** A task has been submitted that had its turn from elsewhere. */
    synchronized void record() {
        submitted.add(heartbeat.beat());
        if (submitted.size() > remembered) {
            submitted.remove();
        }
    }

    @Override
    public void giveBack(Submission turn) {
        synchronized (this) {
            granted--;
        }
        grantDue();
    }

    @Override
    public void forget(Submission turn) {
        synchronized (this) {
            waiting.remove(turn);
        }
        grantDue();
    }

    /** Takes all that wait out of the line, in its order. */
    synchronized List<Submission> removeWaiting() {
        List<Submission> all = List.copyOf(waiting);
        waiting.clear();
        arm();
        return all;
    }

    /** A longer window would be as narrow, but longer than a request may wait. */
    private int tasks(long now) {
        return now < narrowUntil ? Math.max(1, limit.tasks() / 2) : limit.tasks();
    }

    /** How long a task would wait behind this number of others. */
    private long delayAfter(int ahead, long now) {
        List<Long> times = new ArrayList<>(submitted);
        times.addAll(Collections.nCopies(granted, now));
        long earliest = Math.max(now, notBefore);
        for (int i = 0; i <= ahead; i++) {
            int full = times.size() - tasks(now);
            times.add(limit.next(full < 0 ? earliest : Math.max(earliest, times.get(full) + limit.gapNanos())));
        }
        return times.get(times.size() - 1) - now;
    }

    private boolean grant(Submission turn) {
        boolean wanted = turn.grant();
        if (wanted) {
            granted++;
        }
        return wanted;
    }

    private void grantDue() {
        List<Submission> due = new ArrayList<>();
        synchronized (this) {
            while (!waiting.isEmpty() && delayAfter(0, heartbeat.beat()) <= 0) {
                Submission next = waiting.remove();
                if (grant(next)) {
                    due.add(next);
                }
            }
            arm();
        }
        due.forEach(Submission::report);
    }

    private void arm() {
        timer.cancel();
        timer = Cancellable.NONE;
        if (!waiting.isEmpty()) {
            timer = workers.after(Duration.ofNanos(delayAfter(0, heartbeat.beat())), this::grantDue);
        }
    }
}
