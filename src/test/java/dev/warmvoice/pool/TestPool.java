package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A pool and the service it talks to. Time passes for the pool as the test says. */
final class TestPool implements AutoCloseable {

    record Settings(int size, int prefetch, Duration maxIdle, Duration acquireTimeout, OptionalInt maxWaiting,
            int overflow, int opening, Duration unauthorizedRetry, Duration suspensionGap) implements PoolConfig {

        static Settings ofSize(int size) {
            return new Settings(size, size, Duration.ofSeconds(25), Duration.ofSeconds(2), OptionalInt.empty(), 0, 4,
                    Duration.ofSeconds(60), Duration.ofSeconds(2));
        }

        Settings withOpening(int value) {
            return new Settings(size, prefetch, maxIdle, acquireTimeout, maxWaiting, overflow, value,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withOverflow(int value) {
            return new Settings(size, prefetch, maxIdle, acquireTimeout, maxWaiting, value, opening,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withMaxIdle(Duration value) {
            return new Settings(size, prefetch, value, acquireTimeout, maxWaiting, overflow, opening,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withAcquireTimeout(Duration value) {
            return new Settings(size, prefetch, maxIdle, value, maxWaiting, overflow, opening, unauthorizedRetry,
                    suspensionGap);
        }
    }

    final Emulator emulator;
    final SetClocks clocks = new SetClocks();
    final ConnectionPool pool;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(24);

    TestPool(Settings settings) {
        this(settings, EmulatorOptions.defaults().withTasksPerSecond(0));
    }

    TestPool(Settings settings, EmulatorOptions options) {
        emulator = Emulator.start(options);
        Endpoint endpoint = new Endpoint(emulator.url(), Optional.of(options.apiKey()), Optional.empty());
        PoolMetrics metrics = new PoolMetrics(registry);
        // One JVM, one OkHttp client: the limits of whichever test comes first are those of all.
        Opener opener = new Opener(
                new Connector(endpoint, new ConnectionLimits(2000, 2000, 2000), Duration.ofSeconds(2)), clocks,
                settings, metrics.connect());
        pool = new ConnectionPool(settings, opener, new TaskRate(0, clocks), metrics, clocks, workers);
    }

    /** Starts the pool and waits until it is warm. */
    TestPool warm() {
        pool.start();
        Awaitility.await().until(pool::isWarm);
        return this;
    }

    /** Waits for a turn and borrows. */
    Lease borrow() throws PoolExhaustedException, TaskFailedException {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        ConnectionPool.Turn mine = pool.enter(() -> turn.complete(null), turn::completeExceptionally);
        try {
            turn.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (PoolExhaustedException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return pool.borrow(mine);
    }

    double discarded(String reason) {
        Counter counter = registry.find("warmvoice.pool.discarded").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    double suspensions() {
        return registry.get("warmvoice.suspensions").counter().count();
    }

    @Override
    public void close() {
        pool.close();
        workers.shutdownNow();
        emulator.close();
    }
}
