package dev.warmvoice.pool.key;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What is counted of a key that is read again, under {@code warmvoice.key}. */
final class KeyMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter changed;
    private final Counter unchanged;
    private final Counter failed;

    KeyMetrics(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        changed = reads("changed");
        unchanged = reads("unchanged");
        failed = reads("failed");
    }

    private Counter reads(String outcome) {
        return Counter.builder("warmvoice.key.reads").tags(tags).tag("outcome", outcome)
                .description("How often the API key was read again").register(registry);
    }

    void observe(RefreshedKey key) {
        Gauge.builder("warmvoice.key.expires", key, RefreshedKey::secondsLeft).tags(tags).baseUnit("seconds")
                .description("Time until the API key expires, negative after it; not known of every key")
                .register(registry);
    }

    void read(boolean isNew) {
        (isNew ? changed : unchanged).increment();
    }

    void failed() {
        failed.increment();
    }
}
