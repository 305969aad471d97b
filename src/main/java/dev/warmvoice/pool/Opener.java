package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The only way to a new connection: a few at a time, and after failures not at once. Thread-safe.
 */
final class Opener {

    private static final Logger LOG = Logger.getLogger(Opener.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    /** So many failures in a row may be bad luck; requests go on trying until then. */
    private static final int BAD_LUCK = 3;

    private final Connector connector;
    private final Clocks clocks;
    private final Duration longestWait;
    private final Duration unauthorizedRetry;
    private final Semaphore gate;
    private final Timer timer;
    private final AtomicInteger opening = new AtomicInteger();
    private TaskFailedException lastFailure;
    private int failures;
    private long retryNanos;

    /**
     * @param timer records how long the successful handshakes take
     */
    Opener(Connector connector, Clocks clocks, PoolConfig config, Timer timer) {
        this.connector = connector;
        this.clocks = clocks;
        this.longestWait = config.acquireTimeout();
        this.unauthorizedRetry = config.unauthorizedRetry();
        this.gate = new Semaphore(config.opening(), true);
        this.timer = timer;
    }

    /**
     * Opens a connection. Blocks for a handshake, and before that for one of the places, {@code acquire-timeout} at
     * most.
     *
     * @throws TaskFailedException if it cannot be had, at once where that is known already
     */
    Connection open() throws TaskFailedException {
        failFast();
        try {
            if (!gate.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new TaskFailedException(Reason.UNREACHABLE, "too many connections are being opened");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailedException(Reason.CANCELLED, "interrupted while connecting");
        }
        opening.incrementAndGet();
        try {
            long begin = System.nanoTime();
            Connection connection = connector.connect();
            timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            succeeded();
            return connection;
        } catch (TaskFailedException e) {
            failed(e);
            throw e;
        } finally {
            opening.decrementAndGet();
            gate.release();
        }
    }

    /** How many are being opened now. */
    int opening() {
        return opening.get();
    }

    /** How long to leave the service alone; zero or less if it need not be. */
    synchronized Duration backOff() {
        return failures == 0 ? Duration.ZERO : Duration.ofNanos(retryNanos - clocks.monotonicNanos());
    }

    /** Why the latest connection could not be opened; empty if it could. */
    synchronized Optional<TaskFailedException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    private synchronized void failFast() throws TaskFailedException {
        boolean isKnown = lastFailure != null
                && (failures > BAD_LUCK || lastFailure.reason() == Reason.UNAUTHORIZED);
        if (isKnown && backOff().toNanos() > 0) {
            throw lastFailure;
        }
    }

    private synchronized void succeeded() {
        if (failures > 0) {
            LOG.infof("Connections can be opened again after %d failures", failures);
        }
        failures = 0;
        lastFailure = null;
    }

    private synchronized void failed(TaskFailedException e) {
        failures++;
        Duration backOff = e.reason() == Reason.UNAUTHORIZED ? unauthorizedRetry : jittered(failures);
        retryNanos = clocks.monotonicNanos() + backOff.toNanos();
        if (lastFailure == null || !lastFailure.getMessage().equals(e.getMessage())) {
            LOG.warnf("No connection can be opened: %s", e.getMessage());
        }
        lastFailure = e;
    }

    private static Duration jittered(int failures) {
        long doubled = FIRST_BACK_OFF.toMillis() << Math.min(failures - 1, 20);
        long most = Math.min(doubled, LONGEST_BACK_OFF.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
