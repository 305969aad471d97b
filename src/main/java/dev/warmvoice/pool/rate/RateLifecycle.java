package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.PoolConfig;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.mutiny.redis.client.RedisAPI;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The one rate of the process: its own, or the account's. */
@ApplicationScoped
class RateLifecycle {

    private final RateConfig config;
    private final Heartbeat heartbeat;
    private final Workers workers;
    private final @Nullable SharedRate shared;

    RateLifecycle(RateConfig config, Heartbeat heartbeat, Workers workers, MeterRegistry registry,
            Instance<RedisAPI> redis) {
        this.config = config;
        this.heartbeat = heartbeat;
        this.workers = workers;
        this.shared = config.shared().isEmpty() ? null : shared(redis.get(), registry);
    }

    private SharedRate shared(RedisAPI redis, MeterRegistry registry) {
        if (config.perSecond() == 0) {
            throw new ConfigurationException(
                    "warmvoice.rate.per-second is 0, no limit, and must be at least 1 with warmvoice.rate.shared.");
        }
        return new SharedRate(new RedisSlots(redis, config.account(), SharedRate.REJOIN), config.perSecond(),
                config.sharedTimeout(), config.expectedInstances(), heartbeat, workers, new Random(),
                new RateMetrics(registry));
    }

    /** Vert.x registers those of the client and its pools twice, and logs a warning each time. */
    @Produces
    @Singleton
    static MeterFilter withoutClients() {
        return MeterFilter.denyNameStartsWith("redis.");
    }

    @Produces
    @Singleton
    TaskRate rate(PoolConfig pool) {
        return shared == null
                ? new TaskRate(config.perSecond(), pool.acquireTimeout(), heartbeat, workers, new Random())
                : new TaskRate(shared, pool.acquireTimeout(), new Random());
    }

    void start(@Observes StartupEvent start, TaskRate rate) {
        if (shared != null) {
            shared.start();
        }
    }

    void close(@Observes ShutdownEvent end) {
        if (shared != null) {
            shared.close();
        }
    }
}
