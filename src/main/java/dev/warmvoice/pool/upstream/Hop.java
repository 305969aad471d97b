package dev.warmvoice.pool.upstream;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.pool.upstream.Rests.Cause;
import java.util.Locale;
import java.util.Optional;

/** One place where a request may be served: a model at an upstream. Thread-safe. */
public final class Hop {

    private final Upstream upstream;
    private final String model;

    /** How good a place is now, the best first. */
    enum State {
        /** Has a place and an open connection. */
        READY,
        /** Has to be waited for. */
        BUSY,
        /** Cannot be reached, as far as is known, or refuses the key. */
        DOWN,
        /** Is to be left alone. */
        RESTING
    }

    Hop(Upstream upstream, String model) {
        this.upstream = upstream;
        this.model = model;
    }

    public ConnectionPool pool() {
        return upstream.pool();
    }

    public TaskRate rate() {
        return upstream.rate();
    }

    /** The model that speaks there, which may be a fallback. */
    public String model() {
        return model;
    }

    /** The name of the upstream. */
    public String upstream() {
        return upstream.name();
    }

    State state() {
        if (cause().isPresent()) {
            return State.RESTING;
        }
        if (pool().isReady()) {
            return State.READY;
        }
        return pool().isDown() ? State.DOWN : State.BUSY;
    }

    /** Why a request does not go there, as a tag for the metrics. */
    String obstacle() {
        Optional<Cause> cause = cause();
        if (cause.isPresent()) {
            return cause.get().tag();
        }
        return pool().isDown()
                ? pool().lastFailure().map(Hop::tag).orElse("busy")
                : "busy";
    }

    /** The tag of a failure in the metrics. */
    static String tag(TaskFailedException failure) {
        return failure.isOfAccount() ? Cause.ACCOUNT.tag() : failure.reason().name().toLowerCase(Locale.ROOT);
    }

    private Optional<Cause> cause() {
        return upstream.rests().cause(model);
    }

    long restsUntil() {
        return upstream.rests().until(model);
    }

    /** Probes an upstream that is left alone, unless that was done a moment ago. */
    void probe(TaskSpec like) {
        if (upstream.rests().claimProbe(model)) {
            new Probe(this, like, upstream.timers()).begin();
        }
    }

    void failed(TaskFailedException why) {
        upstream.rests().failed(model, Cause.of(why));
    }

    /** A task has failed, which shows that the upstream serves the model if the task itself was wrong. */
    void answered(TaskFailedException why) {
        if (isWorthAnother(why)) {
            failed(why);
        } else {
            succeeded();
        }
    }

    /** Whether the same task may be served elsewhere. */
    static boolean isWorthAnother(TaskFailedException why) {
        return why.reason() != Reason.CANCELLED && (why.reason() != Reason.REJECTED || why.isOfAccount());
    }

    void succeeded() {
        upstream.rests().succeeded(model);
    }
}
