package dev.warmvoice.pool.upstream;

import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.time.Heartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The upstreams of the process: the only one there is. */
@ApplicationScoped
class UpstreamLifecycle {

    @Produces
    @Singleton
    Upstreams upstreams(ConnectionPool pool, TaskRate rate, Heartbeat heartbeat, MeterRegistry registry) {
        return Upstreams.of(pool, rate, heartbeat, registry);
    }
}
