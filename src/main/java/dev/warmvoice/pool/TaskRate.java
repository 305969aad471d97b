package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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

    private final int perSecond;
    private final Duration maxWait;
    private final Heartbeat heartbeat;
    private final Workers workers;
    private final RandomGenerator random;
    // Guarded by this.
    private final Map<String, SlidingWindow> models = new HashMap<>();

    /**
     * @param perSecond tasks a second of each model; 0 is no limit
     * @param maxWait how long a request waits at most, for its place and for the rate together
     * @param random varies when a throttled task is tried again
     */
    TaskRate(int perSecond, Duration maxWait, Heartbeat heartbeat, Workers workers, RandomGenerator random) {
        this.perSecond = perSecond;
        this.maxWait = maxWait;
        this.heartbeat = heartbeat;
        this.workers = workers;
        this.random = random;
    }

    /**
     * A turn to submit a task, not asked for yet.
     *
     * @param granted called once when the task may be submitted, and has to be at once; must not block
     * @param refused called once if the wait would be too long
     */
    public Submission submission(String model, Runnable granted, Consumer<PoolExhaustedException> refused) {
        return new Submission(window(model), granted, refused);
    }

    /** How long a request waits at most, for its place and for the rate together. */
    public Duration maxWait() {
        return maxWait;
    }

    /** The service has refused a task for the account's rate. */
    public void throttled(String model) {
        window(model).narrow();
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

    private synchronized SlidingWindow window(String model) {
        SlidingWindow known = models.get(model);
        if (known != null) {
            return known;
        }
        if (models.size() >= MAX_UNUSED) {
            models.values().removeIf(SlidingWindow::isUnused);
        }
        SlidingWindow added = new SlidingWindow(perSecond, heartbeat, workers);
        models.put(model, added);
        return added;
    }
}
