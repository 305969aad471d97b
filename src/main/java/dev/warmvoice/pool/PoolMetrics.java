package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is counted of the pool, under {@code warmvoice.pool}. */
final class PoolMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final String label;
    private final boolean countsSuspensions;
    private final Timer acquire;
    private final Timer connect;
    private final Counter suspensions;
    private final Counter overflow;
    private final Timer saved;

    /** Those of the only pool. */
    PoolMetrics(MeterRegistry registry) {
        this(registry, Tags.empty(), true);
    }

    /**
     * Those of one of several pools.
     *
     * @param tags that tell it from the others
     * @param countsSuspensions true for one of them
     */
    PoolMetrics(MeterRegistry registry, Tags tags, boolean countsSuspensions) {
        this.registry = registry;
        this.tags = tags;
        this.label = tags.stream().map(tag -> " of " + tag.getKey() + " " + tag.getValue())
                .collect(Collectors.joining());
        this.countsSuspensions = countsSuspensions;
        acquire = Timer.builder("warmvoice.pool.acquire").tags(tags)
                .description("From the request to its connection, waiting and handshake included").register(registry);
        connect = Timer.builder("warmvoice.pool.connect").tags(tags)
                .description("Handshakes that succeeded").register(registry);
        overflow = Counter.builder("warmvoice.pool.overflow").tags(tags)
                .description("Connections opened beyond the pool, for one task each").register(registry);
        saved = Timer.builder("warmvoice.pool.race.saved").tags(tags)
                .description(
                        "What races won by the first connection saved, taken as the latest handshake's time less theirs")
                .register(registry);
        suspensions = Counter.builder("warmvoice.suspensions")
                .description("How often the process was found to have been suspended").register(registry);
    }

    Stops stops(Heartbeat heartbeat) {
        return new Stops(heartbeat, registry, tags);
    }

    void raced(String winner) {
        registry.counter("warmvoice.pool.races", tags.and("winner", winner)).increment();
    }

    void saved(Duration time) {
        if (!time.isNegative()) {
            saved.record(time);
        }
    }

    void observe(ConnectionPool pool) {
        gauge(pool, "size", "Connections the pool may have", ConnectionPool::size);
        gauge(pool, "active", "Connections with a task", ConnectionPool::active);
        gauge(pool, "idle", "Connections waiting for a task", ConnectionPool::idle);
        gauge(pool, "opening", "Connections being opened", ConnectionPool::opening);
        gauge(pool, "pings.prolong", "Whether pings keep connections open: 1 yes, 0 no; not known at first",
                PoolMetrics::pingsProlong);
        gauge(pool, "waiting", "Requests waiting for their turn", ConnectionPool::waiting);
    }

    private static double pingsProlong(ConnectionPool pool) {
        return switch (pool.pingsProlong()) {
            case UNKNOWN -> Double.NaN;
            case NO -> 0;
            case YES -> 1;
        };
    }

    private void gauge(ConnectionPool pool, String name, String description, ToDoubleFunction<ConnectionPool> value) {
        Gauge.builder("warmvoice.pool." + name, pool, value).tags(tags).description(description).register(registry);
    }

    /** Records the successful handshakes. */
    Timer connect() {
        return connect;
    }

    void acquired(Duration after) {
        acquire.record(after);
    }

    void discarded(String reason) {
        registry.counter("warmvoice.pool.discarded", tags.and("reason", reason)).increment();
    }

    void overflowed() {
        overflow.increment();
    }

    /** Counts a suspension once for all pools; returns whether this pool is the one that reports it. */
    boolean suspended() {
        if (countsSuspensions) {
            suspensions.increment();
        }
        return countsSuspensions;
    }

    /** What a log line adds to tell this pool from the others; empty for the only one. */
    String label() {
        return label;
    }
}
