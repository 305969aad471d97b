package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Pings;
import dev.warmvoice.pool.TestPool.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionPoolTest {

    /** Disables pings, whose answers would prove a connection at once. */
    private static final EmulatorOptions MUTE = EmulatorOptions.defaults().withTasksPerSecond(0)
            .withPings(Pings.UNANSWERED);

    private static final Duration MAX_IDLE = Duration.ofSeconds(25);

    @Test
    void isWarmOnceEveryConnectionIsOpen() {
        try (TestPool it = new TestPool(Settings.ofSize(4)).warm()) {
            assertThat(it.pool.idle()).isEqualTo(4);
            assertThat(it.emulator.journal().handshakesAccepted()).isEqualTo(4);
            assertThat(it.emulator.journal().tasks()).isEmpty();
        }
    }

    @Test
    void lendsAnOpenConnectionWithoutAHandshake() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            Lease lease = it.borrow();
            assertThat(lease.warm()).isTrue();
            assertThat(lease.connect()).isZero();
            assertThat(lease.connection().isOpen()).isTrue();
            lease.finished();
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(2);
        }
    }

    @Test
    void limitsConcurrentHandshakes() {
        EmulatorOptions slow = EmulatorOptions.defaults().withHandshakeDelay(Duration.ofMillis(100));
        try (TestPool it = new TestPool(Settings.ofSize(6).withOpening(2), slow)) {
            it.pool.start();
            int most = 0;
            while (!it.pool.isPrefetched()) {
                most = Math.max(most, it.pool.opening());
                Thread.onSpinWait();
            }
            assertThat(most).isEqualTo(2);
            List<Long> came = it.emulator.journal().handshakes().stream().map(each -> each.nanos()).sorted().toList();
            for (int i = 2; i < came.size(); i++) {
                assertThat(came.get(i) - came.get(i - 2)).isGreaterThan(Duration.ofMillis(95).toNanos());
            }
        }
    }

    @Test
    void reportsWhenAllConnectionsAreOpen() throws Exception {
        EmulatorOptions slow = EmulatorOptions.defaults().withHandshakeDelay(Duration.ofMillis(100));
        try (TestPool it = new TestPool(Settings.ofSize(2), slow)) {
            it.pool.start();
            CompletionStage<Boolean> early = it.pool.open(Duration.ofMillis(10));
            it.clocks.pass(Duration.ofMillis(10));
            assertThat(early.toCompletableFuture().join()).isFalse();
            assertThat(it.pool.open(Duration.ofSeconds(10)).toCompletableFuture().join()).isTrue();
            assertThat(it.pool.idle()).isEqualTo(2);
        }
    }

    @Test
    void doesNotWaitForAHandshakeLongerThanTheTimeout() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2))) {
            it.emulator.faults().always(new Fault.HandshakeStatus(401));
            long begin = System.nanoTime();
            assertThat(it.pool.open(Duration.ofSeconds(30)).toCompletableFuture().join()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void restsWithoutConnectionsUntilTheNextRequest() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            for (int twice = 0; twice < 2; twice++) {
                assertThat(it.pool.rest(Duration.ofSeconds(5)).toCompletableFuture().join()).isTrue();
                assertThat(it.pool.idle()).isZero();
            }
            await().until(() -> it.emulator.journal().connectionsOpen() == 0);
            it.pool.maintain();
            assertThat(it.pool.idle() + it.pool.opening()).as("opened while resting").isZero();
            it.borrow().finished();
            await().until(() -> it.pool.idle() == 3);
        }
    }

    @Test
    void thawEndsTheRest() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            it.pool.rest(Duration.ofSeconds(5));
            it.clocks.pass(Duration.ofSeconds(5));
            it.pool.maintain();
            await().until(() -> it.pool.idle() == 3);
        }
    }

    @Test
    void restsAfterRunningTasksAndClosesTheirConnections() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            Lease lease = it.borrow();
            CompletableFuture<Boolean> brief = it.pool.rest(Duration.ofMillis(20)).toCompletableFuture();
            it.clocks.pass(Duration.ofMillis(20));
            assertThat(brief.join()).as("with a task running").isFalse();
            assertThat(lease.connection().isOpen()).isTrue();
            CompletableFuture<Boolean> rest = it.pool.rest(Duration.ofSeconds(30)).toCompletableFuture();
            lease.finished();
            assertThat(rest.join()).isTrue();
            await().until(() -> it.emulator.journal().connectionsOpen() == 0);
        }
    }

    @Test
    void retriesWithBackOffWhileTheServiceIsDown() {
        try (TestPool it = new TestPool(Settings.ofSize(2))) {
            it.emulator.faults().always(new Fault.HandshakeStatus(503));
            it.pool.start();
            await().until(() -> it.pool.lastFailure().isPresent());
            assertThat(it.pool.isPrefetched()).isFalse();
            // The clocks stand still, so the back-off never ends.
            assertThat(it.emulator.journal().handshakesAttempted()).isLessThanOrEqualTo(4);
            it.emulator.faults().clear();
            it.clocks.pass(Duration.ofSeconds(11));
            it.pool.maintain();
            await().until(it.pool::isPrefetched);
            assertThat(it.pool.lastFailure()).isEmpty();
        }
    }

    @Test
    void failsFastWhileTheServiceIsDown() {
        try (TestPool it = new TestPool(Settings.ofSize(2))) {
            it.emulator.faults().always(new Fault.HandshakeStatus(503));
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(it::borrow).isInstanceOfSatisfying(TaskFailedException.class,
                        e -> assertThat(e.reason()).isEqualTo(TaskFailedException.Reason.UNREACHABLE));
            }
            assertThat(it.emulator.journal().handshakesAttempted()).isLessThanOrEqualTo(5);
        }
    }

    @Test
    void doesNotRetryARejectedKeyForAMinute() {
        try (TestPool it = new TestPool(Settings.ofSize(1))) {
            it.emulator.faults().always(new Fault.HandshakeStatus(401));
            it.pool.start();
            await().until(() -> it.pool.lastFailure().isPresent());
            int attempts = it.emulator.journal().handshakesAttempted();
            for (int second = 0; second < 59; second++) {
                it.clocks.pass(Duration.ofSeconds(1));
                it.pool.maintain();
                assertThatThrownBy(it::borrow).hasMessageContaining("refused the API key");
            }
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(attempts).isEqualTo(1);
            it.emulator.faults().clear();
            it.clocks.pass(Duration.ofSeconds(2));
            it.pool.maintain();
            await().until(it.pool::isPrefetched);
        }
    }

    @Test
    void replacesADiscardedConnection() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            Lease lease = it.borrow();
            lease.discard("error");
            lease.finished();
            await().until(() -> it.pool.idle() == 3);
            assertThat(it.emulator.journal().handshakesAccepted()).isEqualTo(4);
            await().until(() -> it.emulator.journal().connectionsOpen() == 3);
            assertThat(it.discarded("error")).isEqualTo(1);
            assertThat(it.borrow().warm()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Cut.class, names = {"CLOSE_FRAME", "FIN", "RST"})
    void doesNotLendAConnectionThatTheServiceClosed(Cut how) throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            it.cut(how);
            Lease lease = it.borrow();
            assertThat(lease.connection().isOpen()).isTrue();
            lease.finished();
            it.pool.maintain();
            await().until(() -> it.pool.idle() == 3 && it.emulator.journal().connectionsOpen() == 3);
        }
    }

    @Test
    void replacesABrokenConnectionByAWarmOne() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            Lease first = it.borrow();
            it.cut(Cut.RST);
            first.finished();
            first = it.borrow();
            Lease second = it.borrow();
            assertThat(first.connection().isOpen()).isTrue();
            assertThat(second.connection().isOpen()).isTrue();
        }
    }

    @Test
    void shortSuspensionPutsConnectionsInDoubt() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3), MUTE).warm()) {
            it.clocks.pass(Duration.ofMillis(23_900));
            Lease lease = it.borrow();
            await().untilAsserted(() -> assertThat(it.suspensions()).isEqualTo(1));
            assertThat(lease.warm()).isTrue();
            assertThat(lease.isInDoubt()).isTrue();
            it.clocks.pass(Duration.ofSeconds(1));
            it.pool.maintain();
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(3);
        }
    }

    @Test
    void longSuspensionReplacesEveryConnectionOnce() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(4)).warm()) {
            it.clocks.passWall(Duration.ofSeconds(62));
            Lease lease = it.borrow();
            assertThat(lease.warm()).isFalse();
            assertThat(lease.isInDoubt()).isFalse();
            assertThat(lease.connection().isOpen()).isTrue();
            lease.finished();
            await().until(() -> it.pool.idle() == 4 && it.emulator.journal().connectionsOpen() == 4);
            assertThat(it.emulator.journal().handshakesAccepted()).isEqualTo(8);
            assertThat(it.borrow().warm()).isTrue();
        }
    }

    @Test
    void wallClockSetForwardReplacesConnectionsOnce() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            it.clocks.passWall(Duration.ofHours(3));
            it.pool.maintain();
            await().until(() -> it.pool.idle() == 2 && it.emulator.journal().handshakesAccepted() == 4);
            it.clocks.pass(Duration.ofSeconds(1));
            it.pool.maintain();
            assertThat(it.borrow().warm()).isTrue();
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(4);
        }
    }

    @Test
    void wallClockSetBackKeepsStaleConnectionsStale() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            it.clocks.passWall(Duration.ofHours(-3));
            it.pool.maintain();
            it.clocks.pass(MAX_IDLE);
            assertThat(it.borrow().isInDoubt()).isTrue();
        }
    }

    @Test
    void firstRequestAfterAnIdleHourIsWarm() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            int fewest = 3;
            for (int second = 0; second < 3600; second++) {
                it.clocks.pass(Duration.ofSeconds(1));
                it.pool.maintain();
                fewest = Math.min(fewest, it.pool.idle());
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> it.pool.opening() == 0);
            }
            assertThat(fewest).as("the successor opens before the old one closes").isEqualTo(3);
            assertThat(it.discarded("aged")).isBetween(3 * 3600 / 25.0, 3 * 3600 / 17.0);
            assertThat(it.discarded("stale")).isZero();
            assertThat(it.borrow().warm()).isTrue();
            assertThat(it.suspensions()).isZero();
        }
    }

    @Test
    void overflowOpensAndClosesItsOwnConnection() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1).withOverflow(1)).warm()) {
            Lease pooled = it.borrow();
            Lease beyond = it.borrow();
            assertThat(beyond.warm()).isFalse();
            assertThat(it.pool.active()).isEqualTo(2);
            await().until(() -> it.emulator.journal().connectionsOpen() == 2);
            beyond.finished();
            await().until(() -> it.emulator.journal().connectionsOpen() == 1);
            pooled.finished();
            assertThat(it.pool.idle()).isEqualTo(1);
        }
    }

    @Test
    void everyWaitIsBounded() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1).withAcquireTimeout(Duration.ofMillis(100))).warm()) {
            Lease lease = it.borrow();
            CompletableFuture<Lease> waiting = it.request();
            it.clocks.pass(Duration.ofMillis(100));
            assertThatThrownBy(waiting::join).hasCauseInstanceOf(PoolExhaustedException.class);
            lease.finished();
            assertThat(it.borrow().warm()).isTrue();
        }
    }

    @Test
    void closeEndsEveryConnection() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(3)).warm()) {
            Lease lease = it.borrow();
            it.pool.close();
            await().until(() -> it.emulator.journal().connectionsOpen() == 1);
            lease.finished();
            await().until(() -> it.emulator.journal().connectionsOpen() == 0);
        }
    }

    /**
     * Invariants under random interleavings: no stale connection counts as fresh, no closed connection is lent, no
     * connection is lent twice at a time, the size limit holds, and at the end all connections are back.
     */
    @RepeatedTest(12)
    void keepsItsInvariantsUnderRandomInterleavings(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        int size = 1 + random.nextInt(4);
        try (TestPool it = new TestPool(Settings.ofSize(size).withAcquireTimeout(Duration.ofSeconds(1))).warm()) {
            long now = 0;
            Map<Connection, Long> lastUsed = new HashMap<>();
            List<Lease> lent = new ArrayList<>();
            int ended = 0;
            int borrowed = 0;
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        if (lent.size() < size) {
                            Lease lease = borrowWhileTimePasses(it);
                            borrowed++;
                            assertThat(lease.connection().isOpen()).isTrue();
                            if (!lease.isInDoubt()) {
                                assertThat(now - lastUsed.getOrDefault(lease.connection(), now))
                                        .isLessThan(MAX_IDLE.toNanos());
                            }
                            assertThat(lent.stream().map(Lease::connection)).doesNotContain(lease.connection());
                            lent.add(lease);
                        }
                    }
                    case 3 -> {
                        if (!lent.isEmpty()) {
                            Lease lease = lent.remove(random.nextInt(lent.size()));
                            lastUsed.put(lease.connection(), now);
                            lease.finished();
                            lease.discard("twice");
                            ended++;
                        }
                    }
                    case 4 -> {
                        if (!lent.isEmpty()) {
                            lent.remove(random.nextInt(lent.size())).discard("test");
                            ended++;
                        }
                    }
                    case 5 -> {
                        Duration time = Duration.ofMillis(random.nextInt(30_000));
                        now += time.toNanos();
                        if (random.nextBoolean()) {
                            it.clocks.pass(time);
                        } else {
                            it.clocks.passWall(time);
                        }
                    }
                    case 6 -> it.pool.maintain();
                    default -> {
                        if (random.nextInt(4) == 0) {
                            it.cut(Cut.values()[random.nextInt(3)]);
                            // All connections are idle for the service, lent ones included.
                            lent.forEach(lease -> lease.discard("cut"));
                            ended += lent.size();
                            lent.clear();
                            await().until(() -> it.pool.active() == 0);
                        }
                    }
                }
                assertThat(it.pool.active() + it.pool.idle()).isLessThanOrEqualTo(size);
            }
            lent.forEach(Lease::finished);
            assertThat(ended + lent.size()).isEqualTo(borrowed);
            assertThat(it.discarded("twice")).isZero();
            it.pool.maintain();
            await().until(() -> {
                // Connections cut right after their handshake are replaced with a delay.
                it.clocks.pass(Duration.ofMillis(50));
                it.pool.maintain();
                return it.pool.active() == 0 && it.pool.idle() == size;
            });
        }
    }

    /** Concurrent borrows and returns must not make the pool count one connection too many. */
    @Test
    void concurrentBorrowingKeepsThePoolSize() {
        try (TestPool it = new TestPool(Settings.ofSize(4)).warm()) {
            CompletableFuture<?>[] clients = IntStream.range(0, 3).mapToObj(client -> CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 3000; i++) {
                    borrowUnchecked(it).finished();
                    it.pool.maintain();
                }
            })).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(clients).join();
            await().until(() -> it.pool.idle() == 4);
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(4);
        }
    }

    @Test
    void lendsEachConnectionOnceAtATime() {
        try (TestPool it = new TestPool(Settings.ofSize(4)).warm()) {
            Set<Connection> busy = new HashSet<>();
            CompletableFuture<?>[] clients = IntStream.range(0, 12)
                    .mapToObj(client -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 50; i++) {
                            Lease lease = borrowUnchecked(it);
                            synchronized (busy) {
                                assertThat(busy.add(lease.connection())).isTrue();
                            }
                            Thread.yield();
                            synchronized (busy) {
                                busy.remove(lease.connection());
                            }
                            lease.finished();
                        }
                    })).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(clients).join();
            assertThat(it.pool.idle()).isEqualTo(4);
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(4);
        }
    }

    /** Advances the clocks, because the pool waits by them for a moment after a suspension. */
    private static Lease borrowWhileTimePasses(TestPool it) {
        CompletableFuture<Lease> borrowing = it.request();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> {
            it.clocks.pass(Duration.ofMillis(5));
            return borrowing.isDone();
        });
        return borrowing.join();
    }

    private static Lease borrowUnchecked(TestPool it) {
        try {
            return it.borrow();
        } catch (PoolExhaustedException | TaskFailedException e) {
            throw new IllegalStateException(e);
        }
    }
}
