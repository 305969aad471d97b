package dev.warmvoice.pool.upstream;

import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All accounts and addresses at which this process can have texts spoken. Thread-safe, does not block. */
public final class Upstreams {

    private final List<Upstream> upstreams;
    private final Map<String, String> fallbacks;
    private final UpstreamMetrics metrics;

    /**
     * @param upstreams the most wanted first
     * @param fallbacks the model to use instead of a model
     */
    Upstreams(List<Upstream> upstreams, Map<String, String> fallbacks, MeterRegistry registry) {
        this.upstreams = List.copyOf(upstreams);
        this.fallbacks = Map.copyOf(fallbacks);
        this.metrics = new UpstreamMetrics(registry);
    }

    /** A single one, for all models. */
    public static Upstreams of(ConnectionPool pool, TaskRate rate, Heartbeat heartbeat, Workers workers,
            MeterRegistry registry) {
        return new Upstreams(List.of(new Upstream("default", pool, rate, Set.of(), heartbeat, workers)), Map.of(),
                registry);
    }

    /** Whether their names tell anything. */
    public boolean areSeveral() {
        return upstreams.size() > 1;
    }

    /** Whether an upstream has an idle connection, and no request waits for one. */
    public boolean hasSpareCapacity() {
        return upstreams.stream().map(Upstream::pool).anyMatch(pool -> pool.isReady() && pool.waiting() == 0);
    }

    /** Where a task may go. */
    public Route route(TaskSpec spec) {
        Set<String> chain = new LinkedHashSet<>();
        for (String next = spec.model(); next != null && chain.add(next);) {
            next = fallbacks.get(next);
        }
        return new Route(spec,
                chain.stream().flatMap(each -> upstreams.stream().filter(upstream -> upstream.serves(each))
                        .map(upstream -> new Hop(upstream, each))).toList(),
                metrics);
    }
}
