package dev.warmvoice.pool.rate;

import java.time.Duration;
import java.util.function.Consumer;

/** The rate of one model: decides when its tasks are submitted. Thread-safe, does not block. */
interface ModelRate {

    /**
     * Grants or refuses a turn, now or later.
     *
     * @param longest how long the request can wait; a wait that is known to be longer is refused at once
     */
    void request(Submission turn, Duration longest);

    /** Grants a turn if it is free right now, without telling its listener. */
    void requestNow(Submission turn, Consumer<Boolean> result);

    /** A granted turn has been used, and counts from now on. */
    void used(Submission turn);

    /** A turn that waits is wanted no more. */
    void forget(Submission turn);

    /** A granted turn will not be used. */
    void giveBack(Submission turn);

    /** The service has refused a task: half as many for a while. */
    void narrow();

    /** What the rate depends on has changed. */
    default void refresh() {
    }

    /** Whether nothing of it is worth to be remembered. */
    boolean isUnused();
}
