package dev.warmvoice.pool.rate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What is counted of the shared rate, under {@code warmvoice.rate}. */
final class RateMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer answers;

    RateMetrics(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /** @param tags that tell it from those of other accounts */
    RateMetrics(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        this.answers = Timer.builder("warmvoice.rate.shared.answers").tags(tags)
                .description("Round trips to the server that keeps the shared rate").register(registry);
    }

    void observe(SharedRate rate) {
        Gauge.builder("warmvoice.rate.shared", rate, each -> each.isReached() ? 1 : 0).tags(tags)
                .description("Whether tasks have the rate that all instances share: 1 yes, 0 only this process's share")
                .register(registry);
        Gauge.builder("warmvoice.rate.instances", rate, SharedRate::instances).tags(tags)
                .description("Instances that share the rate, as last known").register(registry);
    }

    void answered(Duration after) {
        answers.record(after);
    }
}
