package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.Reuse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is counted of the cache, under {@code warmvoice.cache}. */
final class CacheMetrics {

    private final MeterRegistry registry;

    CacheMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A request was answered by the cache. */
    void answered(Reuse.Kind result) {
        count(result.name().toLowerCase(Locale.ROOT));
    }

    /** A request was spoken without it: the client does not want it, or the text is too long. */
    void bypassed() {
        count("bypass");
    }

    private void count(String result) {
        registry.counter("warmvoice.cache.requests", "result", result).increment();
    }

    /** The server that all instances share was asked for an entry, or given one in vain. */
    void looked(SharedEntries.Outcome outcome) {
        registry.counter("warmvoice.cache.shared", "outcome", outcome.name().toLowerCase(Locale.ROOT)).increment();
    }

    void observe(Entries entries) {
        gauge(entries, "bytes", "Memory of the entries, estimated", Entries::bytes);
        gauge(entries, "entries", "Speech that is kept", Entries::count);
    }

    private void gauge(Entries entries, String name, String description, ToDoubleFunction<Entries> value) {
        Gauge.builder("warmvoice.cache." + name, entries, value).description(description).register(registry);
    }
}
