package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that is emptied before a freeze and filled after it. */
@Timeout(10)
class PoolRestTest {

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final ManualPool manual = new ManualPool(connector, workers, 2, 3);
    private final ConnectionPool pool = manual.pool();

    @Test
    void closesIdleConnections() {
        connector.answerAll();
        assertThat(rest(Duration.ofSeconds(1))).isCompletedWithValue(true);
        assertThat(pool.idle()).isZero();
        assertThat(connector.handshakes()).noneMatch(each -> each.connection().isOpen());
    }

    @Test
    void waitsForARunningTaskAndClosesItsConnection() {
        connector.answerAll();
        Lease lease = request().getNow(null);
        CompletableFuture<Boolean> quiet = rest(Duration.ofSeconds(5));
        manual.pass(Duration.ofSeconds(4));
        assertThat(quiet).isNotDone();
        lease.finished();
        assertThat(quiet).isCompletedWithValue(true);
        assertThat(lease.connection().isOpen()).isFalse();
        assertThat(connector.pending()).isZero();
    }

    @Test
    void givesUpOnATaskThatRunsTooLong() {
        connector.answerAll();
        Lease lease = request().getNow(null);
        CompletableFuture<Boolean> quiet = rest(Duration.ofSeconds(1));
        manual.pass(Duration.ofMillis(1100));
        assertThat(quiet).isCompletedWithValue(false);
        assertThat(lease.connection().isOpen()).isTrue();
    }

    @Test
    void requestEndsTheRest() {
        connector.answerAll();
        rest(Duration.ZERO);
        CompletableFuture<Lease> lease = request();
        connector.answerAll();
        assertThat(lease).isCompleted();
        connector.answerAll();
        assertThat(pool.idle() + pool.active()).isEqualTo(2);
    }

    @Test
    void thawEndsTheRest() {
        connector.answerAll();
        rest(Duration.ZERO);
        workers.freeze(Duration.ofSeconds(10));
        manual.pass(Duration.ofMillis(250));
        assertThat(connector.pending()).isEqualTo(2);
    }

    @Test
    void restThatFollowsAThawLasts() {
        connector.answerAll();
        workers.freeze(Duration.ofSeconds(10));
        rest(Duration.ZERO);
        workers.run();
        manual.pass(Duration.ofSeconds(1));
        assertThat(pool.opening()).isZero();
    }

    @Test
    void openReportsWhenNothingIsMissing() {
        connector.answerAll();
        rest(Duration.ZERO);
        CompletableFuture<Boolean> full = pool.open(Duration.ofSeconds(2)).toCompletableFuture();
        connector.handshakes().get(2).answer();
        assertThat(full).isNotDone();
        connector.answerAll();
        assertThat(full).isCompletedWithValue(true);
    }

    @Test
    void openGivesUpAfterItsTime() {
        CompletableFuture<Boolean> full = pool.open(Duration.ofSeconds(2)).toCompletableFuture();
        manual.pass(Duration.ofMillis(1900));
        assertThat(full).isNotDone();
        manual.pass(Duration.ofMillis(200));
        assertThat(full).isCompletedWithValue(false);
    }

    @Test
    void openGivesUpAtOnceIfTheBackOffIsLonger() {
        connector.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        assertThat(pool.open(Duration.ofSeconds(59))).isCompletedWithValue(false);
    }

    @Test
    void openWaitsForABackOffThatIsShorter() {
        connector.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        assertThat(pool.open(Duration.ofSeconds(61)).toCompletableFuture()).isNotDone();
    }

    @Test
    void closedPoolRefusesRequests() {
        connector.answerAll();
        pool.close();
        assertThat(request()).isCompletedExceptionally();
        pool.start();
        manual.pass(Duration.ofSeconds(1));
        assertThat(pool.opening() + pool.idle()).isZero();
    }

    private CompletableFuture<Boolean> rest(Duration maxWait) {
        return pool.rest(maxWait).toCompletableFuture();
    }

    private CompletableFuture<Lease> request() {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.request(new TestPool.Answer(lease)).begin();
        workers.run();
        return lease;
    }
}
