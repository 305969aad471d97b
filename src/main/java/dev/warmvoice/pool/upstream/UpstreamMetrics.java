package dev.warmvoice.pool.upstream;

import io.micrometer.core.instrument.MeterRegistry;

/** What is counted where there are several upstreams, under {@code warmvoice.upstream}. */
final class UpstreamMetrics {

    private final MeterRegistry registry;

    UpstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A request did not go to an upstream, or did not stay there, for that reason. */
    void failedOver(String upstream, String reason) {
        registry.counter("warmvoice.upstream.failovers", "upstream", upstream, "reason", reason).increment();
    }
}
