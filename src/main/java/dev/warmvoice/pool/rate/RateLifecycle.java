package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.Account;
import dev.warmvoice.pool.Accounts;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rates of the process, one for each account: its own, or the account's. */
@ApplicationScoped
class RateLifecycle {

    private final RateConfig config;
    private final Heartbeat heartbeat;
    private final Workers workers;
    private final Map<Account, SharedRate> shared = new HashMap<>();

    RateLifecycle(RateConfig config, Accounts accounts, Heartbeat heartbeat, Workers workers, MeterRegistry registry,
            Instance<RedisAPI> redis) {
        this.config = config;
        this.heartbeat = heartbeat;
        this.workers = workers;
        if (config.shared().isPresent()) {
            accounts.all().forEach(account -> shared.put(account,
                    shared(account, redis.get(), new RateMetrics(registry, accounts.tags(account)))));
        }
    }

    private SharedRate shared(Account account, RedisAPI redis, RateMetrics metrics) {
        if (perSecond(account) == 0) {
            String setting = account.rate().isPresent() ? account.setting("rate") : "warmvoice.rate.per-second";
            throw new ConfigurationException(
                    setting + " is 0, no limit, and must be at least 1 with warmvoice.rate.shared.");
        }
        String name = Objects.requireNonNullElse(account.name(), config.account());
        return new SharedRate(new RedisSlots(redis, name, SharedRate.REJOIN), perSecond(account),
                config.sharedTimeout(), config.expectedInstances(), heartbeat, workers, new Random(), metrics);
    }

    private int perSecond(Account account) {
        return account.rate().orElse(config.perSecond());
    }

    /** Vert.x registers those of the client and its pools twice, and logs a warning each time. */
    @Produces
    @Singleton
    static MeterFilter withoutClients() {
        return MeterFilter.denyNameStartsWith("redis.");
    }

    @Produces
    @Singleton
    Rates rates(PoolConfig pool, Accounts accounts) {
        return new Rates(accounts.all().stream()
                .collect(Collectors.toMap(Function.identity(), account -> rate(account, pool.acquireTimeout()))));
    }

    private TaskRate rate(Account account, Duration maxWait) {
        SharedRate ofAll = shared.get(account);
        return ofAll == null
                ? new TaskRate(perSecond(account), maxWait, heartbeat, workers, new Random())
                : new TaskRate(ofAll, maxWait, new Random());
    }

    void start(@Observes StartupEvent start, Rates rates) {
        shared.values().forEach(SharedRate::start);
    }

    void close(@Observes ShutdownEvent end) {
        shared.values().forEach(SharedRate::close);
    }
}
