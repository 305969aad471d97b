package dev.warmvoice.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Threads for work that may block, now or later. Thread-safe, does not block. */
public interface Workers {

    /**
     * Runs work as soon as a thread is free.
     *
     * @throws RejectedExecutionException if there will be none
     */
    void execute(Runnable work);

    /**
     * Runs work after a delay, on one of the same threads. Work that is due after the shutdown never runs.
     *
     * @param delay zero or negative for at once
     */
    Cancellable after(Duration delay, Runnable work);

    /** Work that has not begun yet. */
    interface Cancellable {

        /** No work. */
        Cancellable NONE = () -> {
        };

        /** Prevents the work from running, unless it runs already. Idempotent. */
        void cancel();
    }
}
