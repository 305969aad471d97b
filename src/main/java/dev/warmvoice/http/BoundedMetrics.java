package dev.warmvoice.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;

/** Metrics are kept for as long as the process lives, so no caller may make up new ones: neither methods nor addresses. */
@Singleton
class BoundedMetrics {

    private static final Set<String> METHODS = HttpMethod.values().stream().map(HttpMethod::name)
            .collect(Collectors.toUnmodifiableSet());
    /** Answers that are given before it is known whether there is anything at an address. */
    private static final Set<String> UNROUTED = Set.of("401", "408", "413");

    @Produces
    @Singleton
    MeterFilter bounds() {
        return new MeterFilter() {

            @Override
            public Meter.Id map(Meter.Id id) {
                if (!id.getName().startsWith("http.server")) {
                    return id;
                }
                Meter.Id mapped = id;
                String method = id.getTag("method");
                if (method != null && !METHODS.contains(method)) {
                    mapped = mapped.withTag(Tag.of("method", "OTHER"));
                }
                String status = id.getTag("status");
                if (status != null && UNROUTED.contains(status)) {
                    mapped = mapped.withTag(Tag.of("uri", "UNROUTED"));
                }
                return mapped;
            }
        };
    }
}
