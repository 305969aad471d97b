package dev.warmvoice.pool;

import dev.warmvoice.pool.SlidingWindow.Answer;
import dev.warmvoice.pool.SlidingWindow.Reply;
import java.time.Duration;
import java.util.function.Consumer;

/** One task's turn in the rate of its model. Thread-safe, does not block. */
public final class Submission {

    private final SlidingWindow window;
    private final Runnable granted;
    private final Consumer<PoolExhaustedException> refused;
    // Guarded by the window.
    private State state = State.NEW;

    private enum State {
        NEW,
        WAITING,
        GRANTED,
        OVER
    }

    Submission(SlidingWindow window, Runnable granted, Consumer<PoolExhaustedException> refused) {
        this.window = window;
        this.granted = granted;
        this.refused = refused;
    }

    /**
     * Asks for the turn. To be called once, or not at all; does nothing after {@link #cancel}.
     *
     * @param longest how long the request can wait for it
     */
    public void request(Duration longest) {
        Reply reply;
        synchronized (window) {
            if (state != State.NEW) {
                return;
            }
            reply = window.request(this, longest);
            if (reply.answer() == Answer.WAITING) {
                state = State.WAITING;
            } else if (reply.answer() == Answer.TOO_LONG) {
                state = State.OVER;
            }
        }
        if (reply.answer() == Answer.GRANTED) {
            report();
        } else if (reply.answer() == Answer.TOO_LONG) {
            refused.accept(new PoolExhaustedException("The account's task rate is exhausted.", reply.delay()));
        }
    }

    /**
     * Takes the turn if it is free right now; calls no listener.
     *
     * @return whether it is granted, until {@link #used} or {@link #cancel}
     */
    public boolean tryNow() {
        synchronized (window) {
            return state == State.NEW && window.request(this, Duration.ZERO).answer() == Answer.GRANTED;
        }
    }

    /** The task has been submitted: the turn is used. */
    public void used() {
        synchronized (window) {
            if (state == State.GRANTED) {
                window.used();
            }
            state = State.OVER;
        }
    }

    /** The task will not be submitted: the next in line moves up. Does nothing after {@link #used}. */
    public void cancel() {
        State before;
        synchronized (window) {
            before = state;
            state = State.OVER;
        }
        if (before == State.WAITING) {
            window.forget(this);
        } else if (before == State.GRANTED) {
            window.giveBack();
        }
    }

    /** Guarded by the window. */
    void granted() {
        state = State.GRANTED;
    }

    void report() {
        granted.run();
    }
}
