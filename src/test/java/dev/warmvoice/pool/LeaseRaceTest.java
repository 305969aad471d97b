package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.InlineWorkers;
import dev.warmvoice.time.SetClocks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Repeated races of two threads on one lease or request; the pool has too much state for Lincheck. */
class LeaseRaceTest {

    private static final int TIMES = 5_000;

    private final ManualConnector connector = new ManualConnector();
    private final ConnectionPool pool = pool();

    @Test
    void leaseEndsOnce() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            Lease lease = only(request(new Taken()));
            together(lease::finished, () -> lease.discard("cancelled"));
            requireOnePlace();
        }
    }

    @Test
    void requestIsServedOrCancelled() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            only(request(new Taken())).discard("used up");
            Taken taken = new Taken();
            LeaseRequest request = pool.request(taken);
            request.begin();
            together(request::cancel, connector::answerAll);
            taken.leases.forEach(Lease::unused);
            requireOnePlace();
        }
    }

    @Test
    void leaseIsReplacedOrDiscarded() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            Lease lease = only(request(new Taken()));
            Taken taken = new Taken();
            together(() -> lease.discard("cancelled"), () -> lease.replace("failed", taken).begin());
            connector.answerAll();
            taken.leases.forEach(Lease::unused);
            requireOnePlace();
        }
    }

    private void requireOnePlace() {
        connector.answerAll();
        assertThat(pool.active()).isZero();
        Taken first = request(new Taken());
        Taken second = request(new Taken());
        assertThat(second.leases).as("leases beyond the one place").isEmpty();
        only(first).finished();
        only(second).finished();
        assertThat(pool.idle()).isEqualTo(1);
    }

    private Taken request(Taken taken) {
        pool.request(taken).begin();
        connector.answerAll();
        return taken;
    }

    private static Lease only(Taken taken) {
        assertThat(taken.leases).hasSize(1);
        return taken.leases.get(0);
    }

    private static void together(Runnable one, Runnable other) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        CompletableFuture<Void> there = CompletableFuture.runAsync(() -> {
            await(start);
            other.run();
        });
        await(start);
        one.run();
        there.get();
    }

    private static void await(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private ConnectionPool pool() {
        TestPool.Settings settings = TestPool.Settings.ofSize(1);
        return new ConnectionPool(settings, Duration.ofSeconds(5), connector,
                new PoolMetrics(new SimpleMeterRegistry()), new Heartbeat(new SetClocks(), settings.suspensionGap()),
                new InlineWorkers(), new Random(1));
    }

    private static final class Taken implements LeaseListener {

        private final List<Lease> leases = new CopyOnWriteArrayList<>();

        @Override
        public void leased(Lease lease) {
            leases.add(lease);
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
}
