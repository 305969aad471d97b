package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.rate.AccountSlots.Reply;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rate of one model, shared with other instances: each task has a slot of the account's, or, while those cannot be
 * reached, one of this process's share. Thread-safe, does not block.
 */
final class SharedWindow implements ModelRate {

    /** A slot is a moment. One that is missed by more than the window's margin could take another's place. */
    private static final long MISSED_NANOS = Duration.ofMillis(10).toNanos();

    private final String model;
    private final int perSecond;
    private final SharedRate shared;
    private final SlidingWindow share;
    private final Heartbeat heartbeat;
    private final Workers workers;
    // Guarded by this. The next slot is for whichever turn has waited longest.
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private final NavigableSet<Slot> slots = new TreeSet<>(
            Comparator.comparingLong(Slot::due).thenComparingLong(Slot::number));
    private final Map<Slot, Cancellable> timers = new HashMap<>();
    /** The slots of turns that may be used now. */
    private final Map<Submission, Long> granted = new HashMap<>();

    /** @param due in terms of {@link Heartbeat#beat} */
    private record Slot(long number, long due) {
    }

    SharedWindow(String model, int perSecond, SharedRate shared, Heartbeat heartbeat, Workers workers) {
        this.model = model;
        this.perSecond = perSecond;
        this.shared = shared;
        this.share = new SlidingWindow(Limit.perSecond(perSecond), heartbeat, workers);
        this.heartbeat = heartbeat;
        this.workers = workers;
        share.limit(shared.share(), Duration.ZERO);
    }

    @Override
    public void request(Submission turn, Duration longest) {
        turn.waitUntil(heartbeat.running() + longest.toNanos());
        reserve(turn);
    }

    private void reserve(Submission turn) {
        long asked = heartbeat.beat();
        shared.reserve(model, tasks(), left(turn), reply -> {
            if (isMissed(reply, asked)) {
                reserve(turn);
            } else {
                answered(turn, reply);
            }
        });
    }

    /** Whether the process was suspended before it had its answer. Gives the slot back. */
    private boolean isMissed(@Nullable Reply reply, long asked) {
        if (reply == null || reply.slot() == 0 || heartbeat.beat() - asked <= shared.timeout().toNanos()) {
            return false;
        }
        shared.giveBack(model, reply.slot());
        return true;
    }

    private Duration left(Submission turn) {
        return Duration.ofNanos(Math.max(0, turn.until() - heartbeat.running()));
    }

    private int tasks() {
        return share.isNarrow() ? Math.max(1, perSecond / 2) : perSecond;
    }

    private void answered(Submission turn, @Nullable Reply reply) {
        if (reply == null && shared.isReached()) {
            reserve(turn);
        } else if (reply == null) {
            share.request(turn, left(turn));
        } else if (reply.slot() == 0) {
            turn.refuse(reply.delay());
        } else if (reply.delay().isZero()) {
            grant(turn, reply.slot());
        } else {
            enqueue(turn, new Slot(reply.slot(), heartbeat.beat() + reply.delay().toNanos()), reply.delay());
        }
    }

    private void grant(Submission turn, long slot) {
        if (hold(turn, slot)) {
            turn.report();
        }
    }

    private boolean hold(Submission turn, long slot) {
        boolean wanted;
        synchronized (this) {
            wanted = turn.grant();
            if (wanted) {
                granted.put(turn, slot);
            }
        }
        if (!wanted) {
            shared.giveBack(model, slot);
        }
        return wanted;
    }

    private void enqueue(Submission turn, Slot slot, Duration delay) {
        boolean wanted;
        synchronized (this) {
            wanted = turn.isWaiting();
            if (wanted) {
                waiting.add(turn);
                slots.add(slot);
                timers.put(slot, workers.after(delay, () -> due(slot)));
            }
        }
        if (!wanted) {
            shared.giveBack(model, slot.number());
        }
    }

    private void due(Slot slot) {
        Submission next;
        synchronized (this) {
            timers.remove(slot);
            next = slots.remove(slot) ? waiting.poll() : null;
        }
        if (next == null) {
            return;
        }
        if (heartbeat.beat() - slot.due() > MISSED_NANOS) {
            // Nothing was submitted then, so it does not count.
            shared.giveBack(model, slot.number());
            reserve(next);
        } else {
            grant(next, slot.number());
        }
    }

    @Override
    public void requestNow(Submission turn, Consumer<Boolean> result) {
        long asked = heartbeat.beat();
        shared.reserve(model, tasks(), Duration.ZERO, reply -> {
            if (reply == null) {
                share.requestNow(turn, result);
            } else {
                result.accept(!isMissed(reply, asked) && reply.slot() != 0 && hold(turn, reply.slot()));
            }
        });
    }

    @Override
    public void used(Submission turn) {
        boolean hadSlot;
        synchronized (this) {
            hadSlot = granted.remove(turn) != null;
        }
        if (hadSlot) {
            share.record();
        } else {
            share.used(turn);
            shared.record(model);
        }
    }

    @Override
    public void giveBack(Submission turn) {
        Long slot;
        synchronized (this) {
            slot = granted.remove(turn);
        }
        if (slot == null) {
            share.giveBack(turn);
        } else {
            shared.giveBack(model, slot);
        }
    }

    @Override
    public void forget(Submission turn) {
        Slot last;
        synchronized (this) {
            last = waiting.remove(turn) ? slots.pollLast() : null;
            if (last != null) {
                stop(last);
            }
        }
        if (last == null) {
            share.forget(turn);
        } else {
            shared.giveBack(model, last.number());
        }
    }

    private void stop(Slot slot) {
        Cancellable timer = timers.remove(slot);
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public void narrow() {
        share.narrow();
    }

    @Override
    public void refresh() {
        if (shared.isReached()) {
            share.removeWaiting().forEach(this::reserve);
            return;
        }
        share.limit(shared.share(), shared.pause());
        List<Submission> turns = new ArrayList<>();
        List<Slot> dropped = new ArrayList<>();
        synchronized (this) {
            turns.addAll(waiting);
            dropped.addAll(slots);
            dropped.forEach(this::stop);
            waiting.clear();
            slots.clear();
        }
        // If the server has only been slow, others can use them.
        dropped.forEach(slot -> shared.giveBack(model, slot.number()));
        turns.forEach(turn -> share.request(turn, left(turn)));
    }

    @Override
    public synchronized boolean isUnused() {
        return waiting.isEmpty() && granted.isEmpty() && share.isUnused();
    }
}
