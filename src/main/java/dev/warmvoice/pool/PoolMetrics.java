package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** What is counted of the pool, under {@code warmvoice.pool}. */
final class PoolMetrics {

    private final MeterRegistry registry;
    private final Timer acquire;
    private final Timer connect;
    private final Counter suspensions;
    private final Counter overflow;
    private final Timer saved;

    PoolMetrics(MeterRegistry registry) {
        this.registry = registry;
        acquire = Timer.builder("warmvoice.pool.acquire")
                .description("From the request to its connection, waiting and handshake included").register(registry);
        connect = Timer.builder("warmvoice.pool.connect")
                .description("Handshakes that succeeded").register(registry);
        overflow = Counter.builder("warmvoice.pool.overflow")
                .description("Connections opened beyond the pool, for one task each").register(registry);
        saved = Timer.builder("warmvoice.pool.race.saved")
                .description(
                        "What races won by the first connection saved, taken as the latest handshake's time less theirs")
                .register(registry);
        suspensions = Counter.builder("warmvoice.suspensions")
                .description("How often the process was found to have been suspended").register(registry);
    }

    Stops stops(Heartbeat heartbeat) {
        return new Stops(heartbeat, registry);
    }

    void raced(String winner) {
        registry.counter("warmvoice.pool.races", "winner", winner).increment();
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
        Gauge.builder("warmvoice.pool." + name, pool, value).description(description).register(registry);
    }

    /** Records the successful handshakes. */
    Timer connect() {
        return connect;
    }

    void acquired(Duration after) {
        acquire.record(after);
    }

    void discarded(String reason) {
        registry.counter("warmvoice.pool.discarded", "reason", reason).increment();
    }

    void overflowed() {
        overflow.increment();
    }

    void suspended() {
        suspensions.increment();
    }
}
