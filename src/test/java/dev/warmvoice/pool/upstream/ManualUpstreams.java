package dev.warmvoice.pool.upstream;

import dev.warmvoice.pool.ManualPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two upstreams, {@code a} and {@code b}, for tests in other packages. */
public final class ManualUpstreams {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Upstreams upstreams;

    /**
     * @param modelsOfA what it serves; empty for all
     * @param modelsOfB likewise
     * @param fallbacks the model to use instead of a model
     */
    public ManualUpstreams(ManualPool a, Set<String> modelsOfA, ManualPool b, Set<String> modelsOfB,
            Map<String, String> fallbacks) {
        upstreams = new Upstreams(List.of(new Upstream("a", a.pool(), a.rate(), modelsOfA, a.heartbeat(), a.workers()),
                new Upstream("b", b.pool(), b.rate(), modelsOfB, b.heartbeat(), b.workers())), fallbacks, registry);
    }

    public Upstreams upstreams() {
        return upstreams;
    }

    /** How often an upstream was left for a reason. */
    public double failovers(String upstream, String reason) {
        var counter = registry.find("warmvoice.upstream.failovers").tags("upstream", upstream, "reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
