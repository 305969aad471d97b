package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one pool of the process: made and filled at the start, tended all the time, closed at the end. */
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
    @DefaultBean
    @Singleton
    Endpoint endpoint(DashscopeConfig config) {
        String scheme = String.valueOf(config.url().getScheme());
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            throw new ConfigurationException("warmvoice.dashscope.url must begin with ws:// or wss://, but is \""
                    + config.url() + "\".");
        }
        return new Endpoint(config.url(), config.apiKey(), config.workspace());
    }

    @Produces
    @Singleton
    ConnectionPool pool(PoolConfig config, RateConfig rate, Endpoint endpoint, MeterRegistry registry,
            @ConfigProperty(name = "warmvoice.task.connect-timeout") Duration connectTimeout, Workers workers) {
        if (config.prefetch() > config.size()) {
            throw new ConfigurationException("warmvoice.pool.prefetch is " + config.prefetch()
                    + " and must be warmvoice.pool.size, which is " + config.size() + ", at most.");
        }
        PoolMetrics metrics = new PoolMetrics(registry);
        Opener opener = new Opener(connector(config, endpoint, connectTimeout), Clocks.SYSTEM, config,
                metrics.connect());
        return new ConnectionPool(config, opener, new TaskRate(rate.perSecond(), Clocks.SYSTEM), metrics,
                Clocks.SYSTEM, workers);
    }

    private static Connector connector(PoolConfig config, Endpoint endpoint, Duration connectTimeout) {
        try {
            return new Connector(endpoint, ConnectionLimits.of(System.getenv(), config.size() + config.overflow()),
                    connectTimeout);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Quarkus prints the sentence of this one, and the stack trace of any other.
            throw new ConfigurationException(e.getMessage());
        }
    }

    void start(@Observes StartupEvent start, ConnectionPool pool) {
        pool.start();
        heart.scheduleWithFixedDelay(pool::tend, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    void close(@Disposes ConnectionPool pool) {
        heart.shutdownNow();
        pool.close();
    }
}
