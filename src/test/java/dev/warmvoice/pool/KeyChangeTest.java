package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.ManualConnector.Handshake;
import dev.warmvoice.dashscope.ManualConnector.OpenConnection;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of connections when the account's key is replaced. */
@Timeout(10)
class KeyChangeTest {

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();

    @Test
    void idleConnectionIsClosedOnceItsReplacementIsOpen() {
        ManualPool pool = warm(4);
        List<OpenConnection> old = replaceKey(pool);
        assertThat(connector.pending()).isEqualTo(4);
        for (int opened = 1; opened <= 4; opened++) {
            assertThat(old).filteredOn(Connection::isOpen).hasSize(5 - opened);
            connector.handshakes().get(3 + opened).answer();
            assertThat(pool.pool().idle()).isEqualTo(4);
            assertThat(old).filteredOn(Connection::isOpen).hasSize(4 - opened);
        }
        pool.pass(Duration.ofSeconds(5));
        assertThat(connector.handshakes()).hasSize(8);
    }

    @Test
    void lentConnectionIsClosedWhenItComesBack() {
        ManualPool pool = warm(1);
        Lease lease = request(pool).getNow(null);
        OpenConnection old = replaceKey(pool).get(0);
        connector.answerAll();
        assertThat(old.isOpen()).as("while it is lent").isTrue();
        assertThat(pool.pool().idle()).as("its replacement").isEqualTo(1);
        pool.pass(Duration.ofSeconds(5));
        assertThat(old.isOpen()).as("while it is lent").isTrue();
        lease.finished();
        assertThat(old.isOpen()).isFalse();
        Lease next = request(pool).getNow(null);
        assertThat(next.warm()).isTrue();
        assertThat(next.connection()).isSameAs(connector.handshakes().get(1).connection());
        assertThat(connector.handshakes()).hasSize(2);
    }

    @Test
    void returnedConnectionServesUntilItsReplacementIsOpen() {
        ManualPool pool = warm(1);
        Lease lease = request(pool).getNow(null);
        OpenConnection old = replaceKey(pool).get(0);
        lease.finished();
        for (int i = 0; i < 3; i++) {
            Lease next = request(pool).getNow(null);
            assertThat(next.connection()).isSameAs(old);
            next.finished();
        }
        assertThat(connector.handshakes()).hasSize(2);
        connector.answerAll();
        assertThat(old.isOpen()).isFalse();
        assertThat(pool.pool().idle()).isEqualTo(1);
    }

    /** Without a pause in which one of them is idle. */
    @Test
    void busyPoolIsReplacedByAsManyHandshakes() {
        ManualPool pool = warm(2);
        List<Lease> leases = IntStream.range(0, 2).mapToObj(each -> request(pool).getNow(null)).toList();
        List<OpenConnection> old = replaceKey(pool);
        for (int turn = 0; turn < 10; turn++) {
            CompletableFuture<Lease> one = request(pool);
            CompletableFuture<Lease> other = request(pool);
            leases.forEach(Lease::finished);
            workers.run();
            connector.answerAll();
            leases = List.of(one.getNow(null), other.getNow(null));
        }
        assertThat(old).noneMatch(Connection::isOpen);
        assertThat(connector.handshakes()).hasSize(4);
    }

    @Test
    void refusedNewKeyLeavesTheOldConnectionsInUse() {
        ManualPool pool = warm(2);
        List<OpenConnection> old = replaceKey(pool);
        connector.handshakes().stream().skip(2).forEach(each -> each.fail(Reason.UNAUTHORIZED));
        pool.pass(Duration.ofSeconds(10));
        assertThat(request(pool).getNow(null).warm()).isTrue();
        assertThat(old).allMatch(Connection::isOpen);
        assertThat(connector.handshakes()).hasSize(4);
    }

    @Test
    void newKeyIsTriedAtOnceAfterARefusal() {
        ManualPool pool = new ManualPool(connector, workers, 1, 0);
        connector.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        pool.pass(Duration.ofSeconds(5));
        assertThat(connector.handshakes()).hasSize(1);
        assertThat(request(pool)).as("a request of the refused key").isCompletedExceptionally();
        pool.pool().keyChanged();
        assertThat(connector.handshakes()).hasSize(2);
        CompletableFuture<Lease> waiting = request(pool);
        connector.answerAll();
        assertThat(waiting).isCompleted();
    }

    /** The old key's connections, all of which are open. */
    private List<OpenConnection> replaceKey(ManualPool pool) {
        List<OpenConnection> old = connector.handshakes().stream().map(Handshake::connection).toList();
        old.forEach(OpenConnection::replaceKey);
        pool.pool().keyChanged();
        return old;
    }

    private ManualPool warm(int size) {
        ManualPool pool = new ManualPool(connector, workers, size, 0);
        connector.answerAll();
        assertThat(pool.pool().isPrefetched()).isTrue();
        return pool;
    }

    private CompletableFuture<Lease> request(ManualPool pool) {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.pool().request(new TestPool.Answer(lease)).begin();
        workers.run();
        return lease;
    }
}
