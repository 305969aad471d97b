package dev.warmvoice.emulator;

import java.util.HashMap;
import java.util.Map;

/**
 * An account's limits on tasks: the vendor counts each model by itself, over all keys and workspaces. Not thread-safe:
 * lives on the event loop.
 */
final class TaskRates {

    private final int perSecond;
    private final Map<String, RateLimit> models = new HashMap<>();

    /** @param perSecond of each model; 0 is no limit */
    TaskRates(int perSecond) {
        this.perSecond = perSecond;
    }

    /** @return whether a task of that model may run; one that may not does not count */
    boolean admits(String model, long nanos) {
        return models.computeIfAbsent(model, first -> new RateLimit(perSecond)).admits(nanos);
    }
}
