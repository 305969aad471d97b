package dev.warmvoice.pool.upstream;

import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.LeaseListener;
import dev.warmvoice.pool.PoolExhaustedException;
import dev.warmvoice.pool.rate.Submission;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds out in the background whether an upstream that is left alone serves a model again: has it speak one character,
 * since some failures come only in place of the audio. Costs what that character costs, if it is spoken. Thread-safe,
 * does not block.
 */
final class Probe implements LeaseListener {

    /** Can be spoken in all languages. */
    private static final String TEXT = "1";
    private static final String REASON = "probe";

    private final Hop hop;
    private final TaskSpec spec;
    private final Timers timers;

    /** @param like a task for the upstream, so one whose voice there is */
    Probe(Hop hop, TaskSpec like, Timers timers) {
        this.hop = hop;
        this.spec = like.plain(hop.model());
        this.timers = timers;
    }

    void begin() {
        hop.pool().request(this).begin();
    }

    @Override
    public void leased(Lease lease) {
        Submission[] turn = new Submission[1];
        turn[0] = hop.rate().submission(hop.model(), () -> submit(lease, turn[0]), why -> lease.unused());
        turn[0].request(hop.rate().maxWait());
    }

    private void submit(Lease lease, Submission turn) {
        turn.used();
        new Speaking(lease).begin();
    }

    @Override
    public void refused(PoolExhaustedException why) {
        // Other models are spoken there. The next request after a while probes again.
    }

    @Override
    public void failed(TaskFailedException why) {
        // The pool goes on in the background until it can open connections again.
    }

    /** The task. */
    private final class Speaking implements TaskListener {

        private final Lease lease;
        private final AtomicBoolean known = new AtomicBoolean();
        private volatile Cancellable limit = Cancellable.NONE;
        // Guarded by this.
        private @Nullable Task task;
        private boolean textWanted;

        Speaking(Lease lease) {
            this.lease = lease;
        }

        void begin() {
            limit = timers.after(Rests.MAX_PROBE, () -> onFailed(
                    new TaskFailedException(Reason.NOT_STARTED, "The service did not speak in time.")));
            Task begun = lease.connection().start(spec, TEXT, this);
            boolean isWanted;
            synchronized (this) {
                task = begun;
                isWanted = textWanted;
            }
            if (isWanted) {
                begun.finishText();
            }
        }

        @Override
        public void onTextWanted() {
            Task begun;
            synchronized (this) {
                textWanted = true;
                begun = task;
            }
            if (begun != null) {
                begun.finishText();
            }
        }

        @Override
        public void onAudio(ByteBuffer frame) {
            if (known.compareAndSet(false, true)) {
                hop.succeeded();
            }
        }

        @Override
        public void onFinished(Usage usage) {
            limit.cancel();
            lease.finished();
        }

        @Override
        public void onFailed(TaskFailedException why) {
            limit.cancel();
            lease.discard(REASON);
            if (known.compareAndSet(false, true)) {
                if (why.reason() == Reason.THROTTLED) {
                    hop.rate().throttled(hop.model());
                }
                hop.answered(why);
            }
        }
    }
}
