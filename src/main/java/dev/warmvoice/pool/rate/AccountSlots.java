package dev.warmvoice.pool.rate;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * When the tasks of an account may be submitted, as all its instances have agreed. The stages fail if that cannot be
 * known. Thread-safe, does not block.
 */
interface AccountSlots {

    /**
     * Reserves the next time at which a task of a model may be submitted.
     *
     * @param perSecond tasks of the model in any second
     * @param longest how far ahead that may be
     */
    CompletionStage<Reply> reserve(String model, int perSecond, Duration longest);

    /** Adds a task that has been submitted without a slot. */
    CompletionStage<Reply> record(String model);

    /** Says that this instance is there. */
    CompletionStage<Reply> announce();

    /** Frees a slot. Whether that has worked does not matter: the slot passes. */
    void giveBack(String model, long slot);

    /** Says that this instance is gone. */
    void leave();

    /**
     * What is known of the account.
     *
     * @param slot the slot's number; 0 is none
     * @param delay until the slot; without one, how long the wait would be
     * @param age since when tasks are known; what was submitted before has been lost
     * @param members the account's instances
     */
    record Reply(long slot, Duration delay, Duration age, Members members) {
    }

    /**
     * The instances of an account.
     *
     * @param count how many have been there lately
     * @param rank the place of this one in an order on which they all agree, from 0 on
     * @param time the server's, since any moment in the past
     */
    record Members(int count, int rank, Duration time) {
    }
}
