package dev.warmvoice.pool.upstream;

import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.rate.TaskRate;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers;
import java.util.Set;

/** An account at an address of the service: its connections, its rate, and what is known of its tasks. Thread-safe. */
final class Upstream {

    private final String name;
    private final ConnectionPool pool;
    private final TaskRate rate;
    private final Set<String> models;
    private final Rests rests;
    private final Timers timers;

    /** @param models the only ones it serves; empty for all */
    Upstream(String name, ConnectionPool pool, TaskRate rate, Set<String> models, Heartbeat heartbeat,
            Workers workers) {
        this.name = name;
        this.pool = pool;
        this.rate = rate;
        this.models = Set.copyOf(models);
        this.rests = new Rests(heartbeat);
        this.timers = new Timers(heartbeat, workers);
    }

    String name() {
        return name;
    }

    ConnectionPool pool() {
        return pool;
    }

    TaskRate rate() {
        return rate;
    }

    Rests rests() {
        return rests;
    }

    Timers timers() {
        return timers;
    }

    boolean serves(String model) {
        return models.isEmpty() || models.contains(model);
    }
}
