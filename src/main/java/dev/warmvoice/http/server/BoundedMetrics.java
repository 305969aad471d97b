package dev.warmvoice.http.server;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps clients from creating metrics, which live as long as the process: unknown methods and paths share one tag. */
@Singleton
class BoundedMetrics {

    private static final Set<String> METHODS = HttpMethod.values().stream().map(HttpMethod::name)
            .collect(Collectors.toUnmodifiableSet());
    /** URIs that keep their tag on errors. Any other error URI may be a raw path instead of a route template. */
    private static final Set<String> KNOWN_URIS = Set.of(ApiPaths.SPEECH, ApiPaths.PRECACHE, ApiPaths.LIVE,
            "NOT_FOUND");

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
                String uri = id.getTag("uri");
                if (uri != null && !KNOWN_URIS.contains(uri) && !isRoute(id)) {
                    mapped = mapped.withTag(Tag.of("uri", "OTHER"));
                }
                return mapped;
            }
        };
    }

    /** OPTIONS succeeds on any path, so it does not prove that a route exists. */
    private static boolean isRoute(Meter.Id id) {
        return "SUCCESS".equals(id.getTag("outcome")) && !"OPTIONS".equals(id.getTag("method"));
    }
}
