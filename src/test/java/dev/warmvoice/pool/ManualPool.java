package dev.warmvoice.pool;

import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.pool.upstream.Upstreams;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;

/** A pool and the account's rate, on a clock that a test controls. */
public final class ManualPool {

    private static final Duration BEAT = Duration.ofMillis(250);

    private final ManualWorkers workers;
    private final Heartbeat heartbeat;
    private final TaskRate rate;
    private final ConnectionPool pool;

    public ManualPool(Connector connector, ManualWorkers workers, int size, int tasksPerSecond) {
        TestPool.Settings settings = TestPool.Settings.ofSize(size);
        this.workers = workers;
        this.heartbeat = new Heartbeat(workers, settings.suspensionGap());
        this.rate = new TaskRate(tasksPerSecond, settings.acquireTimeout(), heartbeat, workers, new Random(1));
        this.pool = new ConnectionPool(settings, Duration.ofSeconds(5), connector,
                new PoolMetrics(new SimpleMeterRegistry()), heartbeat, workers, new Random(1));
        pool.start();
    }

    public ConnectionPool pool() {
        return pool;
    }

    public TaskRate rate() {
        return rate;
    }

    /** This one alone. */
    public Upstreams upstreams() {
        return Upstreams.of(pool, rate, heartbeat, workers, new SimpleMeterRegistry());
    }

    public Heartbeat heartbeat() {
        return heartbeat;
    }

    public ManualWorkers workers() {
        return workers;
    }

    public int active() {
        return pool.active();
    }

    public int races() {
        return pool.races();
    }

    /** As the product does four times a second. */
    public void maintain() {
        pool.maintain();
    }

    /** Advances the time as in the product, with four beats a second. */
    public void pass(Duration time) {
        for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minus(BEAT)) {
            workers.pass(left.compareTo(BEAT) < 0 ? left : BEAT);
            maintain();
            workers.run();
        }
    }
}
