package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.awaitility.Awaitility;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Borrowing and giving back what is there: an open connection of ours, and an object of a bare commons-pool. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BorrowAndReturn {

    private static final int SIZE = 8;

    /** Open connections, with the clocks and the metrics of the product. */
    @State(Scope.Benchmark)
    public static class Connections {

        private Emulator emulator;
        private ScheduledExecutorService workers;
        private ConnectionPool pool;

        @Setup
        @SuppressWarnings("deprecation") // The registry that Quarkus has.
        public void open() {
            // None of them is to grow old while only some are in use.
            TestPool.Settings settings = TestPool.Settings.ofSize(SIZE).withMaxIdle(Duration.ofHours(1));
            EmulatorOptions options = EmulatorOptions.defaults().withIdleClose(Duration.ofHours(1));
            emulator = Emulator.start(options);
            workers = Executors.newScheduledThreadPool(SIZE);
            Endpoint endpoint = new Endpoint(emulator.url(), Optional.of(options.apiKey()), Optional.empty());
            PoolMetrics metrics = new PoolMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
            Connector connector = new Connector(endpoint, new ConnectionLimits(64, 64, 64), Duration.ofSeconds(5));
            pool = new ConnectionPool(settings, new Opener(connector, Clocks.SYSTEM, settings, metrics.connect()),
                    new TaskRate(0, Clocks.SYSTEM), metrics, Clocks.SYSTEM, workers);
            pool.start();
            Awaitility.await().until(pool::isContent);
        }

        @TearDown
        public void close() {
            pool.close();
            workers.shutdownNow();
            emulator.close();
        }
    }

    /** Objects that are nothing. */
    @State(Scope.Benchmark)
    public static class Objects {

        private GenericObjectPool<Object> pool;

        @Setup
        public void fill() throws Exception {
            pool = new GenericObjectPool<>(new BasePooledObjectFactory<>() {

                @Override
                public Object create() {
                    return new Object();
                }

                @Override
                public PooledObject<Object> wrap(Object object) {
                    return new DefaultPooledObject<>(object);
                }
            });
            pool.setMaxTotal(SIZE);
            pool.setMaxIdle(SIZE);
            pool.setMaxWait(Duration.ofSeconds(2));
            pool.addObjects(SIZE);
        }

        @TearDown
        public void close() {
            pool.close();
        }
    }

    @Benchmark
    public boolean ours(Connections connections) throws TaskFailedException {
        ConnectionPool.Turn turn = connections.pool.enter(BorrowAndReturn::granted, BorrowAndReturn::refused);
        Lease lease = connections.pool.borrow(turn);
        lease.giveBack();
        return lease.warm();
    }

    private static void granted() {
        // There is room for every thread, so that it has been by the time enter returns.
    }

    private static void refused(PoolExhaustedException full) {
        throw new AssertionError(full);
    }

    @Benchmark
    public Object bare(Objects objects) throws Exception {
        Object object = objects.pool.borrowObject();
        objects.pool.returnObject(object);
        return object;
    }
}
