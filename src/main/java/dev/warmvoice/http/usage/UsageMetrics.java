package dev.warmvoice.http.usage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The metrics {@code warmvoice.usage.*}. Their tags have bounded values: the models of the catalog, and the first
 * {@value #MAX_TOKENS} tokens that come; all others are {@code other}.
 */
@ApplicationScoped
class UsageMetrics {

    static final int MAX_TOKENS = 100;
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final KnownModels models;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    UsageMetrics(MeterRegistry registry, KnownModels models) {
        this.registry = registry;
        this.models = models;
    }

    void add(Usage usage) {
        Tags tags = Tags.of("token", token(usage.token()), "model",
                models.isKnown(usage.model()) ? usage.model() : OTHER);
        String upstream = usage.upstream();
        if (upstream != null) {
            tags = tags.and("upstream", upstream);
        }
        registry.counter("warmvoice.usage.tasks", tags.and("outcome", usage.outcome())).increment();
        registry.counter("warmvoice.usage.characters", tags).increment(usage.characters());
        Double seconds = usage.audioSeconds();
        if (seconds != null) {
            registry.counter("warmvoice.usage.audio.seconds", tags).increment(seconds);
        }
    }

    private synchronized String token(String name) {
        return tokens.contains(name) || (tokens.size() < MAX_TOKENS && tokens.add(name)) ? name : OTHER;
    }
}
