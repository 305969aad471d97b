package dev.warmvoice.pool;

import dev.warmvoice.dashscope.ManualConnector.OpenConnection;
import dev.warmvoice.dashscope.ManualConnector.RunningTask;
import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.pool.TestPool.Settings;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import static org.assertj.core.api.Assertions.assertThat;

/** Regression tests of the pool on a clock and connections that the test controls. */
@Timeout(10)
class ConnectionSupplyTest {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void handshakeAcrossASuspensionIsNotTimed() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        pool.start();
        workers.pass(Duration.ofMillis(300));
        workers.freeze(Duration.ofSeconds(40));
        connector.answerAll();
        assertThat(pool.idle()).isEqualTo(1);
        assertThat(registry.get("warmvoice.pool.connect").timer().count()).isZero();
    }

    @Test
    void requestWaitsForTheConnectTimeout() {
        ConnectionPool pool = pool(Settings.ofSize(4));
        pool.start();
        CompletableFuture<Lease> first = request(pool);
        beat(pool, Duration.ofMillis(4500));
        assertThat(first).isNotDone();
        connector.answerAll();
        assertThat(first.getNow(null).warm()).isFalse();
    }

    @Test
    void requestAfterALongFreezeWaitsForTheConnectTimeout() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.freeze(Duration.ofSeconds(70));
        CompletableFuture<Lease> first = request(pool);
        beat(pool, Duration.ofMillis(4500));
        assertThat(first).isNotDone();
        connector.answerAll();
        assertThat(first.getNow(null).warm()).isFalse();
    }

    @Test
    void silentHandshakeTimesOutTheRequest() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        CompletableFuture<Lease> lease = request(pool);
        beat(pool, CONNECT_TIMEOUT.plusSeconds(1));
        assertThat(lease).failsWithin(Duration.ZERO).withThrowableThat()
                .havingCause().isInstanceOfSatisfying(TaskFailedException.class,
                        why -> assertThat(why.reason()).isEqualTo(Reason.UNREACHABLE));
    }

    @Test
    void opensOneReplacementPerDiscardedConnection() {
        ConnectionPool pool = warm(Settings.ofSize(5));
        List<Lease> leases = IntStream.range(0, 5).mapToObj(i -> request(pool).getNow(null)).toList();
        leases.forEach(lease -> lease.discard("cancelled"));
        int before = workers.ran();
        beat(pool, Duration.ofMillis(4900));
        assertThat(connector.pending()).as("concurrent handshakes").isEqualTo(4);
        assertThat(workers.ran() - before).as("executions while handshakes are pending").isLessThan(10);
        connector.answerAll();
        connector.answerAll();
        assertThat(pool.idle()).isEqualTo(5);
        assertThat(connector.handshakes()).hasSize(10);
    }

    @Test
    void unusedConnectionKeepsItsAge() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        for (int second = 0; second < 24; second++) {
            Lease lease = request(pool).getNow(null);
            assertThat(lease.isInDoubt()).isFalse();
            lease.unused();
            workers.pass(Duration.ofSeconds(1));
        }
        workers.pass(Duration.ofSeconds(1));
        assertThat(request(pool).getNow(null).isInDoubt()).as("past max-idle").isTrue();
    }

    @Test
    void finishedTaskRefreshesItsConnection() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        for (int second = 0; second < 100; second++) {
            Lease lease = request(pool).getNow(null);
            assertThat(lease.warm()).isTrue();
            lease.finished();
            workers.pass(Duration.ofSeconds(1));
        }
        assertThat(connector.handshakes()).hasSize(1);
    }

    @Test
    void waitingRequestTakesAReturnedConnection() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        Lease one = request(pool).getNow(null);
        request(pool).getNow(null).discard("cancelled");
        CompletableFuture<Lease> waiting = request(pool);
        assertThat(waiting).isNotDone();
        one.finished();
        assertThat(waiting.getNow(null).warm()).isTrue();
    }

    @Test
    void opensNoConnectionWhileResting() {
        ConnectionPool pool = pool(Settings.ofSize(4));
        pool.start();
        assertThat(connector.pending()).isEqualTo(4);
        assertThat(pool.rest(Duration.ofSeconds(1)).toCompletableFuture().getNow(null)).isTrue();
        connector.answerAll();
        beat(pool, Duration.ofSeconds(60));
        assertThat(pool.idle() + pool.opening()).isZero();
        assertThat(connector.handshakes()).hasSize(4).noneMatch(each -> each.connection().isOpen());
    }

    @Test
    void closeCancelsPendingHandshakes() {
        ConnectionPool pool = pool(Settings.ofSize(4));
        pool.start();
        CompletableFuture<Lease> waiting = request(pool);
        pool.close();
        assertThat(connector.pending()).isZero();
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void poolOfOneKeepsItsConnectionUntilItsSuccessorIsOpen() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        beat(pool, Duration.ofSeconds(23));
        assertThat(connector.pending()).isEqualTo(1);
        assertThat(pool.idle()).isEqualTo(1);
        connector.answerAll();
        assertThat(pool.idle()).isEqualTo(1);
        assertThat(connector.handshakes().get(0).connection().isOpen()).isFalse();
        assertThat(connector.handshakes().get(1).connection().isOpen()).isTrue();
    }

    @Test
    void handshakeAnsweredBeforeAFreezeAgesDuringIt() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        pool.start();
        workers.freeze(Duration.ofSeconds(40));
        connector.handshakes().get(0).answer();
        assertThat(request(pool).getNow(null).isInDoubt()).as("the connection is 40 s old").isTrue();
    }

    @Test
    void opensASecondConnectionBesideOneInDoubt() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.freeze(Duration.ofSeconds(10));
        Lease first = request(pool).getNow(null);
        assertThat(first.isInDoubt()).isTrue();
        CompletableFuture<Lease> second = beside(first);
        assertThat(second).isNotDone();
        assertThat(connector.pending()).isEqualTo(1);
        connector.answerAll();
        assertThat(second.getNow(null).isInDoubt()).isFalse();
        assertThat(second.getNow(null).connection()).isSameAs(connector.handshakes().get(2).connection());
    }

    @Test
    void returnedConnectionCountsAsProven() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        Lease other = request(pool).getNow(null);
        workers.freeze(Duration.ofSeconds(10));
        Lease first = request(pool).getNow(null);
        CompletableFuture<Lease> proven = new CompletableFuture<>();
        first.awaitProven(new TestPool.Answer(proven)).begin();
        assertThat(proven).isNotDone();
        workers.pass(Duration.ofMillis(100));
        other.finished();
        assertThat(proven.getNow(null).connection()).isSameAs(other.connection());
    }

    @Test
    void lendsTheYoungestConnectionInDoubtFirst() {
        ConnectionPool pool = warm(Settings.ofSize(3));
        Lease one = request(pool).getNow(null);
        Lease two = request(pool).getNow(null);
        two.finished();
        workers.pass(Duration.ofSeconds(1));
        one.finished();
        workers.freeze(Duration.ofSeconds(10));
        assertThat(request(pool).getNow(null).connection()).isSameAs(one.connection());
        assertThat(request(pool).getNow(null).connection()).isSameAs(two.connection());
    }

    @Test
    void placeIsHeldUntilBothConnectionsReturn() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        workers.freeze(Duration.ofSeconds(10));
        Lease first = request(pool).getNow(null);
        RunningTask lost = start(first);
        CompletableFuture<Lease> second = beside(first);
        connector.answerAll();
        first.stop(lost, true, "lost");
        second.getNow(null).finished();
        CompletableFuture<Lease> next = request(pool);
        assertThat(next).isNotDone();
        lost.stopped();
        workers.run();
        assertThat(next).isDone();
        assertThat(next.getNow(null).connection().isOpen()).isTrue();
        assertThat(pool.idle()).isZero();
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void pongProvesAConnectionInDoubt() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.freeze(Duration.ofSeconds(5));
        beat(pool, Duration.ofSeconds(1));
        assertThat(connections()).allMatch(each -> each.pings() == 1);
        connections().forEach(OpenConnection::pong);
        assertThat(request(pool).getNow(null).isInDoubt()).isFalse();
    }

    @Test
    void siblingsOfASilentConnectionAreReplacedUnlessTheyAnswer() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.pass(Duration.ofSeconds(1));
        pool.unanswered(Duration.ofMillis(500));
        connections().get(0).pong();
        beat(pool, Duration.ofMillis(750));
        assertThat(connector.handshakes()).hasSize(2);
        beat(pool, Duration.ofMillis(500));
        assertThat(connector.handshakes()).as("one replacement, for the silent connection").hasSize(3);
    }

    @Test
    void staleConnectionsAreReplacedAfterASuspension() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.freeze(Duration.ofSeconds(30));
        pass(pool, Duration.ofSeconds(9));
        assertThat(connector.handshakes()).hasSize(2);
        pass(pool, Duration.ofSeconds(2));
        assertThat(connector.handshakes()).hasSize(4);
    }

    @Test
    void pongForAPingBeforeTheSuspensionProvesNothing() {
        ConnectionPool pool = warm(Settings.ofSize(1).withPingInterval(Duration.ofSeconds(10)));
        beat(pool, Duration.ofSeconds(11));
        assertThat(connections().get(0).pings()).isEqualTo(1);
        workers.freeze(Duration.ofSeconds(5));
        connections().get(0).pong();
        assertThat(request(pool).getNow(null).isInDoubt()).isTrue();
    }

    @Test
    void requestGetsTheFirstProvenConnection() {
        ConnectionPool pool = warm(Settings.ofSize(2));
        workers.freeze(Duration.ofSeconds(5));
        Lease first = request(pool).getNow(null);
        CompletableFuture<Lease> proven = new CompletableFuture<>();
        first.awaitProven(new TestPool.Answer(proven)).begin();
        beat(pool, Duration.ofMillis(250));
        OpenConnection answers = connections().get(0);
        answers.pong();
        assertThat(proven.getNow(null).connection()).isSameAs(answers);
    }

    @Test
    void connectionThatStopsAnsweringPingsIsReplaced() {
        ConnectionPool pool = warm(Settings.ofSize(1).withPingInterval(Duration.ofSeconds(10)));
        beat(pool, Duration.ofSeconds(11));
        connections().get(0).pong();
        beat(pool, Duration.ofSeconds(12));
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void missingPongsFromTheStartReplaceNoConnection() {
        ConnectionPool pool = warm(Settings.ofSize(1).withPingInterval(Duration.ofSeconds(5)));
        beat(pool, Duration.ofSeconds(16));
        assertThat(connector.handshakes()).hasSize(1);
        assertThat(request(pool).getNow(null).isInDoubt()).isFalse();
    }

    @Test
    void learnsThatPingsKeepAConnectionOpen() {
        ConnectionPool pool = warm(Settings.ofSize(2).withPingInterval(Duration.ofSeconds(5)));
        pass(pool, Duration.ofSeconds(90));
        assertThat(pool.pingsProlong()).isEqualTo(KeepAlive.Prolongs.YES);
        int before = connector.handshakes().size();
        pass(pool, Duration.ofMinutes(10));
        assertThat(connector.handshakes()).as("no more replacements").hasSize(before);
        assertThat(request(pool).getNow(null).isInDoubt()).isFalse();
    }

    @Test
    void learnsThatPingsDoNotKeepAConnectionOpen() {
        ConnectionPool pool = warm(Settings.ofSize(2).withPingInterval(Duration.ofSeconds(5)));
        pass(pool, Duration.ofMillis(59_500));
        connections().stream().filter(OpenConnection::isOpen).findFirst().orElseThrow().close();
        pass(pool, Duration.ofSeconds(1));
        assertThat(pool.pingsProlong()).isEqualTo(KeepAlive.Prolongs.NO);
        pass(pool, Duration.ofMinutes(1));
        assertThat(pool.idle()).isEqualTo(2);
        assertThat(request(pool).getNow(null).isInDoubt()).isFalse();
    }

    /** Advances the time for a service that answers pings. */
    private void pass(ConnectionPool pool, Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minusMillis(250)) {
            beat(pool, Duration.ofMillis(250));
            connector.answerAll();
            connections().forEach(OpenConnection::pong);
        }
    }

    private List<OpenConnection> connections() {
        return connector.handshakes().stream().map(ManualConnector.Handshake::connection).toList();
    }

    @Test
    void stoppedTaskReturnsItsConnection() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        Lease lease = request(pool).getNow(null);
        RunningTask task = start(lease);
        lease.stop(task, true, "cancelled");
        CompletableFuture<Lease> next = request(pool);
        assertThat(task.isCancelled()).isTrue();
        assertThat(next).isNotDone();
        task.stopped();
        workers.run();
        assertThat(next.getNow(null).connection()).isSameAs(lease.connection());
        assertThat(connector.handshakes()).hasSize(1);
    }

    @Test
    void retriesStopOnceAMinuteIfTheServiceIgnoresIt() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        assertThat(stopsAtOnce(pool)).isFalse();
        assertThat(stopsAtOnce(pool)).isTrue();
        beat(pool, Duration.ofSeconds(61));
        connector.answerAll();
        assertThat(stopsAtOnce(pool)).isFalse();
    }

    /** Whether the connection of a stopped task closes without a wait. */
    private boolean stopsAtOnce(ConnectionPool pool) {
        Lease lease = request(pool).getNow(null);
        RunningTask task = start(lease);
        lease.stop(task, true, "cancelled");
        boolean atOnce = !lease.connection().isOpen();
        workers.pass(Stops.LIMIT);
        assertThat(lease.connection().isOpen()).isFalse();
        connector.answerAll();
        return atOnce;
    }

    private CompletableFuture<Lease> beside(Lease first) {
        CompletableFuture<Lease> second = new CompletableFuture<>();
        first.beside(new TestPool.Answer(second)).begin();
        workers.run();
        return second;
    }

    @Test
    void clockSetBackExtendsNoWait() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        request(pool).getNow(null);
        CompletableFuture<Lease> waiting = request(pool);
        workers.setWallBack(Duration.ofHours(3));
        beat(pool, Duration.ofMillis(2100));
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void bigPoolServesAllRequestsAfterAFreeze() {
        ConnectionPool pool = warm(Settings.ofSize(20));
        workers.freeze(Duration.ofMinutes(10));
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(request(pool));
        }
        for (int wave = 0; wave < 5; wave++) {
            assertThat(connector.pending()).isEqualTo(4);
            beat(pool, Duration.ofSeconds(4));
            connector.answerAll();
        }
        assertThat(all).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void requestCancelledOnItsTurnOpensNoConnection() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        Lease lease = request(pool).getNow(null);
        LeaseRequest waiting = pool.request(new TestPool.Answer(new CompletableFuture<>()));
        waiting.begin();
        pool.rest(Duration.ofSeconds(1));
        lease.finished();
        waiting.cancel();
        workers.run();
        assertThat(connector.handshakes()).hasSize(1);
    }

    @Test
    void throwingListenerDoesNotBlockOthers() {
        ConnectionPool pool = pool(Settings.ofSize(8));
        List<TaskFailedException> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pool.request(new Failing(answers)).begin();
        }
        connector.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        assertThat(answers).as("one whose handshake failed, four without a handshake").hasSize(5);
    }

    @Test
    void throwingConnectorFailsTheRequestAndFreesItsPlace() {
        Heartbeat heartbeat = new Heartbeat(workers, Settings.ofSize(1).suspensionGap());
        ConnectionPool pool = new ConnectionPool(Settings.ofSize(1), CONNECT_TIMEOUT, () -> {
            throw new IllegalStateException("thrown by the test");
        }, new PoolMetrics(registry), heartbeat, workers, new Random(1));
        assertThat(request(pool)).isCompletedExceptionally();
        assertThat(pool.opening()).isZero();
    }

    @Test
    void freezeDoesNotTimeOutQueuedRequests() {
        ConnectionPool pool = warm(Settings.ofSize(1));
        Lease lease = request(pool).getNow(null);
        CompletableFuture<Lease> waiting = request(pool);
        workers.freeze(Duration.ofSeconds(10));
        assertThat(waiting).isNotDone();
        lease.finished();
        workers.pass(Duration.ofMillis(30));
        assertThat(waiting.getNow(null).warm()).isTrue();
    }

    private ConnectionPool warm(Settings settings) {
        ConnectionPool pool = pool(settings);
        pool.start();
        for (int rounds = 0; rounds <= settings.size() && !pool.isPrefetched(); rounds++) {
            connector.answerAll();
        }
        assertThat(pool.isPrefetched()).isTrue();
        return pool;
    }

    private ConnectionPool pool(Settings settings) {
        Heartbeat heartbeat = new Heartbeat(workers, settings.suspensionGap());
        return new ConnectionPool(settings, CONNECT_TIMEOUT, connector, new PoolMetrics(registry), heartbeat, workers,
                new Random(1));
    }

    /** Advances the time as in the product, with four beats a second. */
    private void beat(ConnectionPool pool, Duration time) {
        for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minusMillis(250)) {
            workers.pass(left.compareTo(Duration.ofMillis(250)) < 0 ? left : Duration.ofMillis(250));
            pool.maintain();
        }
    }

    private static RunningTask start(Lease lease) {
        return (RunningTask) lease.connection().start(null, "Good morning.", new TaskListener() {

            @Override
            public void onAudio(ByteBuffer frame) {
            }

            @Override
            public void onFinished(Usage usage) {
                lease.finished();
            }

            @Override
            public void onCancelled() {
                lease.finished();
            }

            @Override
            public void onFailed(TaskFailedException failure) {
                lease.discard("failed");
            }
        });
    }

    private CompletableFuture<Lease> request(ConnectionPool pool) {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.request(new TestPool.Answer(lease)).begin();
        workers.run();
        return lease;
    }

    /** A listener that throws on every call. */
    private record Failing(List<TaskFailedException> answers) implements LeaseListener {

        @Override
        public void leased(Lease lease) {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void refused(PoolExhaustedException why) {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void failed(TaskFailedException why) {
            answers.add(why);
            throw new IllegalStateException("thrown by the test");
        }
    }
}
