package dev.warmvoice.pool.key;

import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A key that is read again: at an interval, before it expires, and when the service has refused it. As long as that
 * fails, the last key stays in use. Only the constructor blocks.
 */
final class RefreshedKey implements ApiKeys {

    private static final Logger LOG = Logger.getLogger(RefreshedKey.class);

    /** Two reads do not begin within this time, whatever happens. */
    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_BACK_OFF = Duration.ofMinutes(1);
    private static final int MAX_DOUBLINGS = 6;
    /** How long before its end a key is read again: a quarter of the time it has left, and at most this. */
    private static final Duration MAX_MARGIN = Duration.ofMinutes(1);
    private static final Duration UNKNOWN = Duration.ofDays(365_000);

    private final KeySource source;
    private final Rereading rereading;
    private final KeyMetrics metrics;
    private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
    private volatile ApiKey key;
    // Guarded by this, like everything below. Times are in terms of the heartbeat.
    private CompletableFuture<Void> nextRead = new CompletableFuture<>();
    private boolean reading;
    private long begunAt;
    private long dueAt;
    /** Whether the service has refused the current key. */
    private boolean refused;
    /** The number of reads in a row after which there was no key worth a try. */
    private int failures;
    private @Nullable String complaint;

    /**
     * Reads the first key.
     *
     * @throws KeyUnavailableException if there is none
     */
    RefreshedKey(KeySource source, Rereading rereading) throws KeyUnavailableException {
        this.source = source;
        this.rereading = rereading;
        this.metrics = new KeyMetrics(rereading.registry(), rereading.tags());
        this.begunAt = rereading.heartbeat().beat();
        this.key = source.read();
        this.dueAt = begunAt + pause(key).toNanos();
        metrics.observe(this);
    }

    @Override
    public String current() {
        return key.value();
    }

    @Override
    public void onChange(Runnable listener) {
        onChange.add(listener);
    }

    @Override
    public Connector connector(Connector connector, Duration connectTimeout) {
        // The rest of the time is left for the handshake that follows.
        return new RefreshingConnector(connector, this, connectTimeout.dividedBy(2),
                new Timers(rereading.heartbeat(), rereading.workers()));
    }

    @Override
    public void maintain() {
        synchronized (this) {
            long now = rereading.heartbeat().beat();
            if (reading || now < dueAt) {
                return;
            }
            reading = true;
            begunAt = now;
        }
        try {
            rereading.workers().execute(this::read);
        } catch (RejectedExecutionException shutdown) {
            finishRead();
        }
    }

    /**
     * Waits for the successor of a key that has expired since it was read, as after a suspension.
     *
     * @return complete when the key has been read, whatever came of it; at once if it has not expired, or if it was read
     *         with that result already
     */
    CompletableFuture<Void> unexpired() {
        synchronized (this) {
            Duration left = left(key);
            if (isPositive(left)) {
                return CompletableFuture.completedFuture(null);
            }
            Duration sinceRead = Duration.ofNanos(rereading.heartbeat().beat() - begunAt);
            if (!reading && !isPositive(left.plus(sinceRead))) {
                return CompletableFuture.completedFuture(null);
            }
        }
        return readSoon();
    }

    /**
     * The service has refused a key: it is read again.
     *
     * @return complete when it has been read, whatever came of it; at once if there is another key already
     */
    CompletableFuture<Void> refused(String value) {
        synchronized (this) {
            if (!value.equals(current())) {
                return CompletableFuture.completedFuture(null);
            }
            refused = true;
        }
        return readSoon();
    }

    private CompletableFuture<Void> readSoon() {
        CompletableFuture<Void> done;
        synchronized (this) {
            dueAt = Math.min(dueAt, begunAt + MIN_PAUSE.toNanos());
            // A copy, which one that waits no longer completes without the others.
            done = nextRead.copy();
        }
        maintain();
        return done;
    }

    private void read() {
        boolean changed = false;
        try {
            changed = accept(source.read());
        } catch (KeyUnavailableException e) {
            failed(Objects.requireNonNull(e.getMessage(), "it always has one"));
        } catch (RuntimeException e) {
            // Its message may quote the key.
            failed("Reading the API key failed with " + e.getClass().getName() + ".");
        } finally {
            finishRead();
        }
        if (changed) {
            onChange.forEach(Runnable::run);
        }
    }

    private void finishRead() {
        CompletableFuture<Void> done;
        synchronized (this) {
            reading = false;
            done = nextRead;
            nextRead = new CompletableFuture<>();
        }
        done.complete(null);
    }

    /** @return whether it is another key than before */
    private synchronized boolean accept(ApiKey next) {
        boolean changed = !next.value().equals(current());
        metrics.read(changed);
        key = next;
        refused &= !changed;
        if (!isPositive(left(next))) {
            backOff();
            complain("The API key has expired.");
        } else if (refused) {
            // The refusal itself is in the log.
            backOff();
        } else {
            failures = 0;
            dueAt = begunAt + pause(next).toNanos();
            recovered();
        }
        return changed;
    }

    private synchronized void failed(String reason) {
        metrics.failed();
        backOff();
        complain(reason);
    }

    private void backOff() {
        Duration pause = MIN_PAUSE.multipliedBy(1L << Math.min(failures++, MAX_DOUBLINGS));
        dueAt = rereading.heartbeat().beat() + min(pause, MAX_BACK_OFF).toNanos();
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            LOG.warnf("There is no new API key; the last one stays in use: %s", reason);
            complaint = reason;
        }
    }

    private void recovered() {
        if (complaint != null) {
            LOG.info("The API key can be read again");
            complaint = null;
        }
    }

    /** The time from one read to the next. */
    private Duration pause(ApiKey read) {
        Duration left = left(read);
        Duration untilMargin = left.minus(min(left.dividedBy(4), MAX_MARGIN));
        Duration pause = min(rereading.interval(), untilMargin);
        return pause.compareTo(MIN_PAUSE) < 0 ? MIN_PAUSE : pause;
    }

    private Duration left(ApiKey of) {
        Instant end = of.expiresAt();
        return end == null
                ? UNKNOWN
                : Duration.between(Instant.ofEpochSecond(0, rereading.clocks().wallNanos()), end);
    }

    /** The time until the key expires, in seconds; NaN if that is not known. */
    double secondsLeft() {
        ApiKey now = key;
        return now.expiresAt() == null ? Double.NaN : left(now).toMillis() / 1e3;
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
