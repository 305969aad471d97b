package dev.warmvoice.speech.cache;

import dev.warmvoice.pool.Accounts;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.SpeechTracer;
import dev.warmvoice.speech.TaskConfig;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/** Makes the cache as the settings say. */
@ApplicationScoped
class CacheLifecycle {

    @Produces
    @Singleton
    SpeechCache cache(SpeechService service, CacheConfig config, TaskConfig limits, Accounts accounts, Heartbeat time,
            Workers workers, SpeechTracer tracer, MeterRegistry registry,
            @RedisClientName("cache") Instance<ReactiveRedisDataSource> redis) {
        Replay.Pace pace = new Replay.Pace(limits.stallTimeout(), time, workers);
        CacheMetrics metrics = new CacheMetrics(registry);
        Secrets secrets = config.secret().map(Secrets::of).orElseGet(Secrets::random);
        Optional<SharedEntries> shared = config.shared().map(url -> new SharedEntries(redis.get(),
                new EntryCodec(secrets.entries(), InstantSource.system()), config.ttl(), config.sharedTimeout(), time,
                metrics));
        return new SpeechCache(service, config, new EntryKeys(secrets.keys(), accounts.places()), shared, pace,
                metrics, tracer);
    }

    /** Creates the cache at the start, so that a wrong setting stops that and not the first request. */
    void start(@Observes StartupEvent start, CacheConfig config, SpeechCache cache) {
        if (config.shared().isPresent()) {
            require(config.sizeBytes() > 0,
                    "warmvoice.cache.shared is set, and warmvoice.cache.size-bytes must be above 0"
                            + " with it.");
            require(config.secret().isPresent(), "warmvoice.cache.secret is missing, and must have a value with"
                    + " warmvoice.cache.shared.");
        }
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigurationException(sentence);
        }
    }
}
