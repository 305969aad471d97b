package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.TestPool.Settings;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When connections are opened again after failures. */
@Timeout(10)
class BackOffTest {

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConnectionPool pool = new ConnectionPool(Settings.ofSize(1), Duration.ofSeconds(5), connector,
            new PoolMetrics(registry), new Heartbeat(workers, Duration.ofSeconds(2)), workers, new Random(1));

    @Test
    void firstTryIsRepeatedAfter50To100Ms() {
        pool.start();
        fail(Reason.UNREACHABLE);
        beat(Duration.ofMillis(40));
        assertThat(connector.handshakes()).hasSize(1);
        beat(Duration.ofMillis(70));
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void waitDoublesUpTo10Seconds() {
        pool.start();
        for (int failures = 1; failures <= 12; failures++) {
            fail(Reason.UNREACHABLE);
            long longest = Math.min(100L << (failures - 1), 10_000);
            beat(Duration.ofMillis(longest / 2 - 10));
            assertThat(connector.pending()).as("before half of %d ms", longest).isZero();
            beat(Duration.ofMillis(longest / 2 + 30));
            assertThat(connector.pending()).as("after %d ms", longest).isEqualTo(1);
        }
    }

    @Test
    void successEndsTheBackOff() {
        pool.start();
        for (int failures = 1; failures <= 6; failures++) {
            fail(Reason.UNREACHABLE);
            beat(Duration.ofSeconds(4));
        }
        assertThat(pool.lastFailure()).isPresent();
        connector.answerAll();
        assertThat(pool.lastFailure()).isEmpty();
        request().getNow(null).discard("failed");
        fail(Reason.UNREACHABLE);
        beat(Duration.ofMillis(110));
        assertThat(connector.pending()).isEqualTo(1);
    }

    @Test
    void requestFailsAtOnceAfterFourFailures() {
        pool.start();
        for (int failures = 1; failures <= 3; failures++) {
            fail(Reason.UNREACHABLE);
            assertThat(request()).isNotDone();
        }
        fail(Reason.UNREACHABLE);
        int before = connector.handshakes().size();
        assertFails(request(), Reason.UNREACHABLE);
        assertThat(connector.handshakes()).hasSize(before);
    }

    @Test
    void refusedKeyIsTriedAgainAfterAMinute() {
        pool.start();
        fail(Reason.UNAUTHORIZED);
        beat(Duration.ofSeconds(59));
        assertFails(request(), Reason.UNAUTHORIZED);
        assertThat(connector.handshakes()).hasSize(1);
        beat(Duration.ofSeconds(2));
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void otherFailureIsNoRefusalOfTheKey() {
        pool.start();
        for (int failures = 1; failures <= 6; failures++) {
            fail(Reason.UNREACHABLE);
            beat(Duration.ofSeconds(4));
        }
        fail(Reason.UNREACHABLE);
        int before = connector.handshakes().size();
        pool.keyChanged();
        assertThat(connector.handshakes()).hasSize(before);
    }

    @Test
    void connectionsClosedRightAfterTheirHandshakesAreOpenedLessAndLessOften() {
        pool.start();
        for (int closed = 1; closed <= 6; closed++) {
            closeRightAfterTheHandshake();
            beat(Duration.ofMillis(100L << closed));
        }
        closeRightAfterTheHandshake();
        beat(Duration.ofMillis(3000));
        assertThat(connector.pending()).isZero();
        beat(Duration.ofMillis(3600));
        assertThat(connector.pending()).isEqualTo(1);
    }

    @Test
    void finishedTaskEndsThatBackOff() {
        pool.start();
        for (int closed = 1; closed <= 6; closed++) {
            closeRightAfterTheHandshake();
            beat(Duration.ofMillis(100L << closed));
        }
        connector.answerAll();
        request().getNow(null).finished();
        request().getNow(null).discard("failed");
        assertThat(connector.pending()).isEqualTo(1);
    }

    @Test
    void connectionThatLivesASecondIsReplacedAtOnce() {
        pool.start();
        connector.answerAll();
        beat(Duration.ofMillis(1000));
        connector.handshakes().get(0).connection().close();
        pool.maintain();
        assertThat(connector.pending()).isEqualTo(1);
    }

    @Test
    void successfulHandshakesAreTimed() {
        pool.start();
        beat(Duration.ofMillis(300));
        connector.answerAll();
        assertThat(registry.get("warmvoice.pool.connect").timer().totalTime(TimeUnit.MILLISECONDS))
                .isBetween(300.0, 310.0);
    }

    private void closeRightAfterTheHandshake() {
        assertThat(connector.pending()).isEqualTo(1);
        connector.answerAll();
        connector.handshakes().get(connector.handshakes().size() - 1).connection().close();
        pool.maintain();
    }

    private void fail(Reason reason) {
        connector.handshakes().get(connector.handshakes().size() - 1).fail(reason);
    }

    private static void assertFails(CompletableFuture<Lease> request, Reason reason) {
        assertThat(request).failsWithin(Duration.ZERO).withThrowableThat().havingCause()
                .isInstanceOfSatisfying(TaskFailedException.class,
                        why -> assertThat(why.reason()).isEqualTo(reason));
    }

    private CompletableFuture<Lease> request() {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.request(new TestPool.Answer(lease)).begin();
        return lease;
    }

    private void beat(Duration time) {
        for (Duration left = time; left.toNanos() > 0; left = left.minusMillis(10)) {
            workers.pass(Duration.ofMillis(Math.min(10, left.toMillis())));
            pool.maintain();
        }
    }
}
