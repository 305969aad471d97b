package dev.warmvoice.pool.upstream;

import dev.warmvoice.pool.Account;
import dev.warmvoice.pool.Accounts;
import dev.warmvoice.pool.Pools;
import dev.warmvoice.pool.rate.Rates;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The upstreams of the process: one for each account. */
@ApplicationScoped
class UpstreamLifecycle {

    @Produces
    @Singleton
    Upstreams upstreams(Accounts accounts, Pools pools, Rates rates, FallbackConfig config, Heartbeat heartbeat,
            Workers workers, MeterRegistry registry) {
        List<Upstream> upstreams = accounts.all().stream().map(account -> new Upstream(name(account),
                pools.pool(account), rates.rate(account), account.models(), heartbeat, workers)).toList();
        return new Upstreams(upstreams, fallbacks(config.models().orElse(List.of())), registry);
    }

    private static String name(Account account) {
        return Objects.requireNonNullElse(account.name(), "default");
    }

    /** @throws ConfigurationException if a model has two */
    static Map<String, String> fallbacks(List<String> settings) {
        Map<String, String> fallbacks = new HashMap<>();
        for (String setting : settings) {
            String[] names = setting.split(":", 2);
            if (fallbacks.put(names[0], names[1]) != null) {
                throw new ConfigurationException(
                        "warmvoice.fallback.models has two fallbacks of the model \"" + names[0]
                                + "\", and a model can have only one.");
            }
        }
        return fallbacks;
    }
}
