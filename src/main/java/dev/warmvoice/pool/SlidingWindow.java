package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The rate of one model: at most N submissions in any second, first come, first served. Thread-safe, does not block. */
final class SlidingWindow {

    /**
     * The service counts by when tasks arrive. A window a little longer than its second leaves room for what delays some
     * of them on the way; a task that is refused all the same is tried again.
     */
    private static final long WINDOW_NANOS = Duration.ofMillis(1040).toNanos();
    private static final long THROTTLE_COOLDOWN_NANOS = Duration.ofSeconds(10).toNanos();

    private final int perSecond;
    private final Heartbeat heartbeat;
    private final Workers workers;
    // Guarded by this. Times are in terms of Heartbeat#beat.
    /** When the latest tasks were submitted, at most {@link #perSecond} of them. */
    private final Deque<Long> submitted = new ArrayDeque<>();
    /** Turns that were granted and may be used at any time: each counts as if that were now. */
    private int granted;
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private long narrowUntil = Long.MIN_VALUE;
    private Cancellable timer = Cancellable.NONE;

    /** @param perSecond 0 is no limit */
    SlidingWindow(int perSecond, Heartbeat heartbeat, Workers workers) {
        this.perSecond = perSecond;
        this.heartbeat = heartbeat;
        this.workers = workers;
    }

    /** What became of a request for a turn. */
    enum Answer {
        GRANTED,
        WAITING,
        TOO_LONG
    }

    /** How it answers {@link #request}, and how long the wait would be. */
    record Reply(Answer answer, Duration delay) {
    }

    /** The service has refused a task: half as many for a while. */
    synchronized void narrow() {
        narrowUntil = heartbeat.beat() + THROTTLE_COOLDOWN_NANOS;
    }

    /** Whether nothing of it is worth to be remembered. */
    synchronized boolean isUnused() {
        long now = heartbeat.beat();
        return waiting.isEmpty() && granted == 0 && now >= narrowUntil
                && (submitted.isEmpty() || now - submitted.getLast() >= WINDOW_NANOS);
    }

    synchronized Reply request(Submission wish, Duration longest) {
        long now = heartbeat.beat();
        long wait = perSecond == 0 ? 0 : delayAfter(waiting.size(), now);
        if (wait <= 0) {
            grant(wish);
            return new Reply(Answer.GRANTED, Duration.ZERO);
        }
        if (wait > longest.toNanos()) {
            return new Reply(Answer.TOO_LONG, Duration.ofNanos(wait));
        }
        waiting.add(wish);
        if (waiting.size() == 1) {
            arm(now);
        }
        return new Reply(Answer.WAITING, Duration.ofNanos(wait));
    }

    /** The turn has been used, and counts from now on. */
    synchronized void used() {
        granted--;
        submitted.add(heartbeat.beat());
        if (submitted.size() > perSecond) {
            submitted.remove();
        }
    }

    void giveBack() {
        synchronized (this) {
            granted--;
        }
        grantDue();
    }

    void forget(Submission wish) {
        synchronized (this) {
            waiting.remove(wish);
        }
        grantDue();
    }

    /** A longer window would be as narrow, but longer than a request may wait. */
    private int limit(long now) {
        return now < narrowUntil ? Math.max(1, perSecond / 2) : perSecond;
    }

    /** How long a task would wait behind this number of others. */
    private long delayAfter(int ahead, long now) {
        List<Long> times = new ArrayList<>(submitted);
        times.addAll(Collections.nCopies(granted, now));
        for (int i = 0; i <= ahead; i++) {
            int full = times.size() - limit(now);
            times.add(full < 0 ? now : Math.max(now, times.get(full) + WINDOW_NANOS));
        }
        return times.get(times.size() - 1) - now;
    }

    private void grant(Submission wish) {
        wish.granted();
        granted++;
    }

    private void grantDue() {
        List<Submission> due = new ArrayList<>();
        synchronized (this) {
            long now = heartbeat.beat();
            while (!waiting.isEmpty() && delayAfter(0, now) <= 0) {
                Submission next = waiting.remove();
                grant(next);
                due.add(next);
            }
            arm(now);
        }
        due.forEach(Submission::report);
    }

    private void arm(long now) {
        timer.cancel();
        timer = Cancellable.NONE;
        if (!waiting.isEmpty()) {
            timer = workers.after(Duration.ofNanos(delayAfter(0, now)), this::grantDue);
        }
    }
}
