package dev.warmvoice.pool;

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

    PoolMetrics(MeterRegistry registry) {
        this.registry = registry;
        acquire = Timer.builder("warmvoice.pool.acquire")
                .description("From the request to its connection, waiting and handshake included").register(registry);
        connect = Timer.builder("warmvoice.pool.connect")
                .description("Handshakes that succeeded").register(registry);
        overflow = Counter.builder("warmvoice.pool.overflow")
                .description("Connections opened beyond the pool, for one task each").register(registry);
        suspensions = Counter.builder("warmvoice.suspensions")
                .description("How often the process was found to have been suspended").register(registry);
    }

    void observe(ConnectionPool pool) {
        gauge(pool, "size", "Connections the pool may have", ConnectionPool::size);
        gauge(pool, "active", "Connections with a task", ConnectionPool::active);
        gauge(pool, "idle", "Connections waiting for a task", ConnectionPool::idle);
        gauge(pool, "opening", "Connections being opened", ConnectionPool::opening);
        gauge(pool, "waiting", "Requests waiting for their turn", ConnectionPool::waiting);
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
