package dev.warmvoice.pool;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pools of the process: made and filled at the start, maintained all the time, closed at the end. */
@ApplicationScoped
class PoolLifecycle {

    private static final Duration BEAT = Duration.ofMillis(250);

    /** A thread of its own, since a beat that waits behind other work would look like a suspension. */
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "warmvoice-heartbeat");
        thread.setDaemon(true);
        return thread;
    });
    private final List<PoolFactory.Keyed> maintained = new CopyOnWriteArrayList<>();

    @Produces
    @Singleton
    Heartbeat heartbeat(PoolConfig config) {
        return new Heartbeat(Clocks.SYSTEM, config.suspensionGap());
    }

    @Produces
    @Singleton
    Pools pools(PoolConfig config, Accounts accounts, DashscopeConfig dashscope, MeterRegistry registry,
            Heartbeat heartbeat, @ConfigProperty(name = "warmvoice.task.connect-timeout") Duration connectTimeout,
            Workers workers) {
        int prefetch = config.prefetch().orElse(config.size());
        if (prefetch > config.size()) {
            throw new ConfigurationException("warmvoice.pool.prefetch is " + prefetch
                    + " and must be at most warmvoice.pool.size, which is " + config.size() + ".");
        }
        PoolFactory factory = new PoolFactory(accounts, config, dashscope.apiKeyRefresh(), connectTimeout, registry,
                heartbeat, workers);
        Map<Account, ConnectionPool> pools = new LinkedHashMap<>();
        for (Account account : accounts.all()) {
            PoolFactory.Keyed made = factory.pool(account);
            maintained.add(made);
            pools.put(account, made.pool());
        }
        return new Pools(pools);
    }

    void start(@Observes StartupEvent start, Pools pools) {
        pools.all().values().forEach(ConnectionPool::start);
        heart.scheduleWithFixedDelay(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        maintained.forEach(PoolFactory.Keyed::maintain);
    }

    /** Handshakes under way would only hold up the end; a request that is still running gets one of its own. */
    void drain(@Observes ShutdownDelayInitiatedEvent signal, Pools pools) {
        pools.rest(Duration.ZERO);
    }

    void close(@Disposes Pools pools) {
        heart.shutdownNow();
        pools.close();
    }
}
