package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;

/**
 * Whether the service stops a task when it is asked to. One that does not know the request is left alone with it for a
 * while: each try would keep a place taken for nothing. Thread-safe.
 */
final class Stops {

    /**
     * How long the service may take to stop a task. From Europe to Singapore it answers a message within 0.26 s; what was
     * on its way comes before.
     */
    static final Duration LIMIT = Duration.ofSeconds(1);

    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Heartbeat heartbeat;
    private final Counter answered;
    private final Counter unanswered;
    private volatile long retryAt = Long.MIN_VALUE;

    Stops(Heartbeat heartbeat, MeterRegistry registry, Tags tags) {
        this.heartbeat = heartbeat;
        this.answered = counter(registry, tags, "true");
        this.unanswered = counter(registry, tags, "false");
    }

    private static Counter counter(MeterRegistry registry, Tags tags, String confirmed) {
        return Counter.builder("warmvoice.pool.stops").tags(tags).tag("confirmed", confirmed)
                .description("Tasks that the service was asked to stop").register(registry);
    }

    boolean areWorthATry() {
        return heartbeat.beat() >= retryAt;
    }

    void answered() {
        answered.increment();
        retryAt = Long.MIN_VALUE;
    }

    void unanswered() {
        unanswered.increment();
        retryAt = heartbeat.beat() + RETRY_NANOS;
    }
}
