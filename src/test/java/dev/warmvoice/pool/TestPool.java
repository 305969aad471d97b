package dev.warmvoice.pool;

import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.SdkConnector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.SetClocks;
import dev.warmvoice.time.ThreadWorkers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A pool with its emulated service, on a clock that the test controls. */
final class TestPool implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    record Settings(int size, OptionalInt prefetch, Duration maxIdle, Duration pingInterval, Duration acquireTimeout,
            OptionalInt maxWaiting, int overflow, int opening, Duration unauthorizedRetry,
            Duration suspensionGap) implements PoolConfig {

        static Settings ofSize(int size) {
            return new Settings(size, OptionalInt.empty(), Duration.ofSeconds(25), Duration.ZERO, Duration.ofSeconds(2),
                    OptionalInt.empty(), 0, 4,
                    Duration.ofSeconds(60), Duration.ofSeconds(2));
        }

        Settings withOpening(int value) {
            return new Settings(size, prefetch, maxIdle, pingInterval, acquireTimeout, maxWaiting, overflow, value,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withOverflow(int value) {
            return new Settings(size, prefetch, maxIdle, pingInterval, acquireTimeout, maxWaiting, value, opening,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withMaxIdle(Duration value) {
            return new Settings(size, prefetch, value, pingInterval, acquireTimeout, maxWaiting, overflow, opening,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withPingInterval(Duration value) {
            return new Settings(size, prefetch, maxIdle, value, acquireTimeout, maxWaiting, overflow, opening,
                    unauthorizedRetry, suspensionGap);
        }

        Settings withAcquireTimeout(Duration value) {
            return new Settings(size, prefetch, maxIdle, pingInterval, value, maxWaiting, overflow, opening,
                    unauthorizedRetry,
                    suspensionGap);
        }
    }

    final Emulator emulator;
    final SetClocks clocks = new SetClocks();
    final ConnectionPool pool;
    private final List<CompletableFuture<Connection>> connections = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ThreadWorkers workers = new ThreadWorkers(24);

    TestPool(Settings settings) {
        this(settings, EmulatorOptions.defaults().withTasksPerSecond(0));
    }

    TestPool(Settings settings, EmulatorOptions options) {
        emulator = Emulator.start(options);
        Endpoint endpoint = new Endpoint(emulator.url(), options.apiKey(), null);
        // The JVM has one OkHttp client: its limits are those of the first test.
        Connector connector = new SdkConnector(endpoint, new ConnectionLimits(2000, 2000, 2000), CONNECT_TIMEOUT,
                workers::execute);
        pool = new ConnectionPool(settings, CONNECT_TIMEOUT, () -> remembered(connector.connect()),
                new PoolMetrics(registry),
                new Heartbeat(clocks, settings.suspensionGap()), workers, new Random());
    }

    private CompletableFuture<Connection> remembered(CompletableFuture<Connection> connecting) {
        connections.add(connecting);
        return connecting;
    }

    /** Cuts all connections, none of which runs a task, and waits until their sockets have noticed where they can. */
    void cut(Cut how) {
        await().until(() -> pool.opening() == 0);
        List<CompletableFuture<Connection>> cut = List.copyOf(connections);
        connections.removeAll(cut);
        emulator.cutIdle(how);
        if (how != Cut.VANISH) {
            await().until(() -> cut.stream().noneMatch(TestPool::isOpen));
        }
    }

    private static boolean isOpen(CompletableFuture<Connection> connecting) {
        return connecting.isDone() && !connecting.isCompletedExceptionally() && connecting.join().isOpen();
    }

    /** Starts the pool and waits until it is warm. */
    TestPool warm() {
        pool.start();
        await().until(pool::isPrefetched);
        return this;
    }

    /** Requests a connection and waits for it. */
    Lease borrow() throws PoolExhaustedException, TaskFailedException {
        try {
            return request().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PoolExhaustedException refused) {
                throw refused;
            }
            throw (TaskFailedException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Requests a connection. */
    CompletableFuture<Lease> request() {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.request(new Answer(lease)).begin();
        return lease;
    }

    record Answer(CompletableFuture<Lease> lease) implements LeaseListener {

        @Override
        public void leased(Lease granted) {
            lease.complete(granted);
        }

        @Override
        public void refused(PoolExhaustedException why) {
            lease.completeExceptionally(why);
        }

        @Override
        public void failed(TaskFailedException why) {
            lease.completeExceptionally(why);
        }
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
        workers.close();
        emulator.close();
    }
}
