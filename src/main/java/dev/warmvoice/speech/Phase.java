package dev.warmvoice.speech;

import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.LeaseRequest;
import dev.warmvoice.pool.rate.Submission;

/** Where an utterance stands, and what it holds there. */
sealed interface Phase {

    /**
     * Gives back what it holds, if the utterance ends here.
     *
     * @param reason for the metrics
     * @param isServiceFine whether the service may be expected to answer
     */
    default void release(String reason, boolean isServiceFine) {
    }

    /** No text to speak has come yet. */
    record AwaitingText() implements Phase {
    }

    /** Waits for a connection. */
    record Queued(LeaseRequest request) implements Phase {

        @Override
        public void release(String reason, boolean isServiceFine) {
            request.cancel();
        }
    }

    /** Has a connection and waits for the account's rate. */
    record AwaitingRate(Lease lease, Submission turn) implements Phase {

        @Override
        public void release(String reason, boolean isServiceFine) {
            turn.cancel();
            lease.unused();
        }
    }

    /** Runs tasks that have sent no audio yet. */
    record Starting(Race race) implements Phase {

        @Override
        public void release(String reason, boolean isServiceFine) {
            race.release(reason, isServiceFine);
        }
    }

    /** Between a failed try and the next, which takes over its place. */
    record Retrying(Lease failed) implements Phase {

        @Override
        public void release(String reason, boolean isServiceFine) {
            failed.discard(reason);
        }
    }

    /** There is audio, and so there will be no other try. */
    record Speaking(Race race) implements Phase {

        @Override
        public void release(String reason, boolean isServiceFine) {
            race.release(reason, isServiceFine);
        }
    }

    /** The service has finished, or nothing more is wanted of it. The client may still have audio to take. */
    record Ended() implements Phase {
    }
}
