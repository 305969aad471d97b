package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.PoolExhaustedException;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Limits task submissions as the service does: at most N in any second for each model, the first N at once. FIFO. After
 * the service has refused a task for its rate, which it does while other processes use the account too, half as many of
 * that model for a while. Thread-safe, does not block.
 */
public final class TaskRate {

    /** Max idle models that are remembered; each takes a few hundred bytes. */
    private static final int MAX_UNUSED = 64;
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
    private static final int MAX_DOUBLINGS = 4;

    private final Function<String, ModelRate> added;
    private final Duration maxWait;
    private final RandomGenerator random;
    // Guarded by this.
    private final Map<String, ModelRate> models = new HashMap<>();

    /**
     * The rate of this process alone.
     *
     * @param perSecond tasks a second of each model; 0 is no limit
     * @param maxWait how long a request waits at most, for its place and for the rate together
     * @param random varies when a throttled task is tried again
     */
    public TaskRate(int perSecond, Duration maxWait, Heartbeat heartbeat, Workers workers, RandomGenerator random) {
        this(model -> new SlidingWindow(Limit.perSecond(perSecond), heartbeat, workers), maxWait, random);
    }

    /** The rate that this process shares with others. */
    TaskRate(SharedRate shared, Duration maxWait, RandomGenerator random) {
        this(shared::model, maxWait, random);
        shared.onChange(() -> copy().forEach(ModelRate::refresh));
    }

    private TaskRate(Function<String, ModelRate> added, Duration maxWait, RandomGenerator random) {
        this.added = added;
        this.maxWait = maxWait;
        this.random = random;
    }

    /**
     * A turn to submit a task, not asked for yet.
     *
     * @param granted called once when the task may be submitted, and has to be at once; must not block
     * @param refused called once if the wait would be too long
     */
    public Submission submission(String model, Runnable granted, Consumer<PoolExhaustedException> refused) {
        return new Submission(rate(model), granted, refused);
    }

    /** How long a request waits at most, for its place and for the rate together. */
    public Duration maxWait() {
        return maxWait;
    }

    /** The service has refused a task for the account's rate. */
    public void throttled(String model) {
        rate(model).narrow();
    }

    /**
     * How long to leave the service alone after it has refused a task for its rate.
     *
     * @param refusals of that task in a row, from 1 on
     */
    public Duration backOff(int refusals) {
        long max = FIRST_BACK_OFF.toMillis() << Math.min(refusals - 1, MAX_DOUBLINGS);
        return Duration.ofMillis(random.nextLong(max / 2, max + 1));
    }

    synchronized int models() {
        return models.size();
    }

    private synchronized List<ModelRate> copy() {
        return List.copyOf(models.values());
    }

    private synchronized ModelRate rate(String model) {
        ModelRate known = models.get(model);
        if (known != null) {
            return known;
        }
        if (models.size() >= MAX_UNUSED) {
            models.values().removeIf(ModelRate::isUnused);
        }
        return models.computeIfAbsent(model, added);
    }
}
