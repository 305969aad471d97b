package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ConnectionLimits;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.Endpoint;
import dev.warmvoice.dashscope.SdkConnector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ThreadWorkers;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Random;
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

/** Borrow and return of an available object: an open connection of Warmvoice, and an object of a bare commons-pool. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BorrowAndReturn {

    private static final int SIZE = 8;

    /** A pool of open connections, with the clocks and metrics of the product. */
    @State(Scope.Benchmark)
    public static class Connections {

        private Emulator emulator;
        private ThreadWorkers workers;
        private ConnectionPool pool;

        @Setup
        @SuppressWarnings("deprecation") // Quarkus uses this registry.
        public void open() {
            // No connection may age out while others are in use.
            TestPool.Settings settings = TestPool.Settings.ofSize(SIZE).withMaxIdle(Duration.ofHours(1));
            EmulatorOptions options = EmulatorOptions.defaults().withIdleClose(Duration.ofHours(1));
            emulator = Emulator.start(options);
            workers = new ThreadWorkers(SIZE);
            Endpoint endpoint = new Endpoint(emulator.url(), options.apiKey(), null);
            PoolMetrics metrics = new PoolMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
            Duration connectTimeout = Duration.ofSeconds(5);
            Connector connector = new SdkConnector(endpoint, new ConnectionLimits(64, 64, 64), connectTimeout,
                    workers::execute);
            pool = new ConnectionPool(settings, connectTimeout, connector, metrics,
                    new Heartbeat(Clocks.SYSTEM, settings.suspensionGap()), workers, new Random());
            pool.start();
            Awaitility.await().until(() -> pool.idle() == SIZE);
        }

        @TearDown
        public void close() {
            pool.close();
            workers.close();
            emulator.close();
        }
    }

    /** A commons-pool of empty objects. */
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
    public boolean ours(Connections connections) {
        // Every thread has its place, so begin() provides the lease synchronously.
        Leased leased = new Leased();
        connections.pool.request(leased).begin();
        leased.lease.finished();
        return leased.lease.warm();
    }

    private static final class Leased implements LeaseListener {

        private Lease lease;

        @Override
        public void leased(Lease granted) {
            lease = granted;
        }

        @Override
        public void refused(PoolExhaustedException why) {
            throw new AssertionError(why);
        }

        @Override
        public void failed(TaskFailedException why) {
            throw new AssertionError(why);
        }
    }

    @Benchmark
    public Object bare(Objects objects) throws Exception {
        Object object = objects.pool.borrowObject();
        objects.pool.returnObject(object);
        return object;
    }
}
