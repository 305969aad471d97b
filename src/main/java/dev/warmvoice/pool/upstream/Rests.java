package dev.warmvoice.pool.upstream;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.time.Heartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * With which models an upstream is left alone after it has failed tasks, and until when it is not even probed: longer each
 * time in a row. Only a success ends a rest. Handshakes are not counted here, since the pool repeats those in the
 * background. Thread-safe, does not block.
 */
final class Rests {

    /** Clients name models: of more than these, those that do not rest are forgotten. */
    private static final int MAX_MODELS = 64;
    /** How long to wait for what comes of a probe. */
    static final Duration MAX_PROBE = Duration.ofSeconds(10);
    private static final int MAX_DOUBLINGS = 10;

    private final Heartbeat heartbeat;
    // Guarded by this.
    private final Map<String, Rest> models = new HashMap<>();

    /** Why an upstream is left alone. */
    enum Cause {

        /** The account may not use the model, has used up its quota, or has not paid. */
        ACCOUNT(1, Duration.ofSeconds(5), Duration.ofMinutes(10)),
        /** The account's rate is exceeded, though this process keeps to it. */
        THROTTLED(1, Duration.ofSeconds(1), Duration.ofMinutes(1)),
        /** Tasks fail, or do not start. Fewer in a row may have had bad connections. */
        FAILING(3, Duration.ofSeconds(1), Duration.ofMinutes(1));

        private final int tolerated;
        private final Duration first;
        private final Duration max;

        Cause(int inARow, Duration first, Duration max) {
            this.tolerated = inARow - 1;
            this.first = first;
            this.max = max;
        }

        static Cause of(TaskFailedException failure) {
            return switch (failure.reason()) {
                case THROTTLED -> THROTTLED;
                case REJECTED, UNAUTHORIZED -> ACCOUNT;
                case UNREACHABLE, SPENT, SERVICE, PROTOCOL, DISCONNECTED, NOT_STARTED, CANCELLED -> FAILING;
            };
        }

        /** The tag in the metrics. */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @param failures in a row; zero if that many are tolerated */
        private Duration rest(int failures) {
            int beyond = failures - tolerated;
            if (beyond <= 0) {
                return Duration.ZERO;
            }
            Duration doubled = first.multipliedBy(1L << Math.min(beyond - 1, MAX_DOUBLINGS));
            return doubled.compareTo(max) < 0 ? doubled : max;
        }
    }

    /** One model's. */
    private static final class Rest {

        private Cause cause;
        private int failures;
        /** In terms of {@link Heartbeat#beat}; with {@link #isProbed}, until when that counts. */
        private long until;
        private boolean isProbed;

        Rest(Cause cause, long now) {
            this.cause = cause;
            this.until = now;
        }

        boolean isOn() {
            return !cause.rest(failures).isZero();
        }
    }

    Rests(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** Why the upstream is to be left alone with a model now; empty if it is not. */
    synchronized Optional<Cause> cause(String model) {
        return resting(model).map(rest -> rest.cause);
    }

    /** When it may be probed, in terms of {@link Heartbeat#beat}; in the past if it is not left alone. */
    synchronized long until(String model) {
        return resting(model).map(rest -> rest.until).orElse(Long.MIN_VALUE);
    }

    private Optional<Rest> resting(String model) {
        return Optional.ofNullable(models.get(model)).filter(Rest::isOn);
    }

    /** Whether the caller is to probe now: true once after each rest. */
    synchronized boolean claimProbe(String model) {
        long now = heartbeat.beat();
        Optional<Rest> due = resting(model).filter(rest -> now >= rest.until);
        due.ifPresent(rest -> {
            rest.isProbed = true;
            rest.until = now + MAX_PROBE.toNanos();
        });
        return due.isPresent();
    }

    /** A task has failed. One that was begun before the rest makes it no longer. */
    synchronized void failed(String model, Cause cause) {
        long now = heartbeat.beat();
        forget(now);
        Rest rest = models.computeIfAbsent(model, added -> new Rest(cause, now));
        if (now < rest.until && !rest.isProbed) {
            return;
        }
        rest.failures = rest.cause == cause ? rest.failures + 1 : 1;
        rest.cause = cause;
        rest.isProbed = false;
        rest.until = now + cause.rest(rest.failures).toNanos();
    }

    /** There is audio. That of a task that was begun before the rest does not end it. */
    synchronized void succeeded(String model) {
        Rest rest = models.get(model);
        if (rest != null && (rest.isProbed || !rest.isOn() || heartbeat.beat() >= rest.until)) {
            models.remove(model);
        }
    }

    synchronized int size() {
        return models.size();
    }

    private void forget(long now) {
        if (models.size() >= MAX_MODELS) {
            models.values().removeIf(rest -> now >= rest.until);
        }
    }
}
