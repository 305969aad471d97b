package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.PoolExhaustedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One task's turn in the rate of its model. Thread-safe, does not block. */
public final class Submission {

    private final ModelRate rate;
    private final Runnable granted;
    private final Consumer<PoolExhaustedException> refused;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private volatile long until;

    private enum State {
        NEW,
        WAITING,
        GRANTED,
        OVER
    }

    Submission(ModelRate rate, Runnable granted, Consumer<PoolExhaustedException> refused) {
        this.rate = rate;
        this.granted = granted;
        this.refused = refused;
    }

    /**
     * Asks for the turn. To be called once, or not at all; does nothing after {@link #cancel}.
     *
     * @param longest how long the request can wait for it
     */
    public void request(Duration longest) {
        if (state.compareAndSet(State.NEW, State.WAITING)) {
            rate.request(this, longest);
        }
    }

    /**
     * Asks for the turn if it is free right now; calls neither listener.
     *
     * @param result called once: whether it is granted, until {@link #used} or {@link #cancel}; must not block
     */
    public void requestNow(Consumer<Boolean> result) {
        if (state.compareAndSet(State.NEW, State.WAITING)) {
            rate.requestNow(this, result);
        } else {
            result.accept(false);
        }
    }

    /** The task has been submitted: the turn is used. */
    public void used() {
        if (state.getAndSet(State.OVER) == State.GRANTED) {
            rate.used(this);
        }
    }

    /** The task will not be submitted: the next in line moves up. Does nothing after {@link #used}. */
    public void cancel() {
        switch (state.getAndSet(State.OVER)) {
            case WAITING -> rate.forget(this);
            case GRANTED -> rate.giveBack(this);
            case NEW, OVER -> {
                // Nothing has been asked for.
            }
        }
    }

    /** Until when the request can wait, in terms of {@link dev.warmvoice.time.Heartbeat#running}. */
    long until() {
        return until;
    }

    void waitUntil(long time) {
        until = time;
    }

    /**
     * Grants the turn.
     *
     * @return false if it is wanted no more
     */
    boolean grant() {
        return state.compareAndSet(State.WAITING, State.GRANTED);
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    /** Tells the listener of a turn that has been granted. */
    void report() {
        granted.run();
    }

    /** @param wait how long it would have been */
    void refuse(Duration wait) {
        if (state.compareAndSet(State.WAITING, State.OVER)) {
            refused.accept(new PoolExhaustedException("The account's task rate is exhausted.", wait));
        }
    }
}
