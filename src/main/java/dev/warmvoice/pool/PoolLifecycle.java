package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.SdkConnector;
import dev.warmvoice.pool.key.ApiKeys;
import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one pool of the process: made and filled at the start, maintained all the time, closed at the end. */
@ApplicationScoped
class PoolLifecycle {

    private static final Duration BEAT = Duration.ofMillis(250);

    /** A thread of its own, since a beat that waits behind other work would look like a suspension. */
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "warmvoice-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    @Produces
    @Singleton
    ApiKeys keys(DashscopeConfig config, Heartbeat heartbeat, Workers workers, MeterRegistry registry) {
        return KeySettings.keys(config,
                new Rereading(config.apiKeyRefresh(), Clocks.SYSTEM, heartbeat, workers, registry));
    }

    @Produces
    @Singleton
    Endpoint endpoint(DashscopeConfig config, ApiKeys keys) {
        return new Endpoint(ServiceAddress.of(config), keys::current, config.workspace().orElse(null));
    }

    @Produces
    @Singleton
    Heartbeat heartbeat(PoolConfig config) {
        return new Heartbeat(Clocks.SYSTEM, config.suspensionGap());
    }

    @Produces
    @Singleton
    ConnectionPool pool(PoolConfig config, Endpoint endpoint, ApiKeys keys, MeterRegistry registry,
            Heartbeat heartbeat, @ConfigProperty(name = "warmvoice.task.connect-timeout") Duration connectTimeout,
            Workers workers) {
        int prefetch = config.prefetch().orElse(config.size());
        if (prefetch > config.size()) {
            throw new ConfigurationException("warmvoice.pool.prefetch is " + prefetch
                    + " and must be at most warmvoice.pool.size, which is " + config.size() + ".");
        }
        Connector connector = keys.connector(connector(config, endpoint, connectTimeout, workers), connectTimeout);
        return new ConnectionPool(config, connectTimeout, connector, new PoolMetrics(registry), heartbeat, workers,
                new Random());
    }

    private static Connector connector(PoolConfig config, Endpoint endpoint, Duration connectTimeout,
            Workers workers) {
        try {
            return new SdkConnector(endpoint,
                    ConnectionLimits.of(System.getenv(), config.size() + config.overflow()), connectTimeout,
                    workers::execute);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Quarkus prints the sentence of this one, and the stack trace of any other.
            throw new ConfigurationException(e.getMessage());
        }
    }

    void start(@Observes StartupEvent start, ConnectionPool pool, ApiKeys keys) {
        keys.onChange(pool::keyChanged);
        pool.start();
        heart.scheduleWithFixedDelay(() -> beat(pool, keys), BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void beat(ConnectionPool pool, ApiKeys keys) {
        // After a freeze the key first, since the pool opens connections with it.
        keys.maintain();
        pool.maintain();
    }

    /** Handshakes under way would only hold up the end; a request that is still running gets one of its own. */
    void drain(@Observes ShutdownDelayInitiatedEvent signal, ConnectionPool pool) {
        pool.rest(Duration.ZERO);
    }

    void close(@Disposes ConnectionPool pool) {
        heart.shutdownNow();
        pool.close();
    }
}
