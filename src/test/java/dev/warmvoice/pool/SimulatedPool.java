package dev.warmvoice.pool;

import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** A pool for tests in other packages, with access to package-private methods. Records no metrics. */
public final class SimulatedPool {

    public final ConnectionPool pool;
    public final TaskRate rate;

    public SimulatedPool(PoolConfig config, int perSecond, Duration connectTimeout, Connector connector,
            Heartbeat heartbeat, Workers workers, RandomGenerator random) {
        rate = new TaskRate(perSecond, config.acquireTimeout(), heartbeat, workers, random);
        pool = new ConnectionPool(config, connectTimeout, connector, new PoolMetrics(new CompositeMeterRegistry()),
                heartbeat, workers, random);
    }

    public void start() {
        pool.start();
    }

    public void maintain() {
        pool.maintain();
    }

    public void keyChanged() {
        pool.keyChanged();
    }

    public int active() {
        return pool.active();
    }

    public int idle() {
        return pool.idle();
    }

    public int opening() {
        return pool.opening();
    }

    public int races() {
        return pool.races();
    }

    public int waiting() {
        return pool.waiting();
    }
}
