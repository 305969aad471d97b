package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.ManualConnector.OpenConnection;
import dev.warmvoice.pool.KeepAlive.Prolongs;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When an idle connection is pinged, and what the answers teach. */
class KeepAliveTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final ManualWorkers time = new ManualWorkers();
    private final Heartbeat heartbeat = new Heartbeat(time, Duration.ofSeconds(2));
    private final KeepAlive keepAlive = new KeepAlive(INTERVAL, heartbeat);
    private OpenConnection socket;

    @Test
    void pingsAtTheInterval() {
        PooledConnection idle = opened();
        pass(INTERVAL.minusMillis(1));
        assertThat(keepAlive.isDue(idle, false)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(keepAlive.isDue(idle, false)).isTrue();
    }

    @Test
    void pingsASuspectAtOnce() {
        assertThat(keepAlive.isDue(opened(), true)).isTrue();
    }

    @Test
    void waitsForOneAnswerAtATime() {
        PooledConnection idle = opened();
        keepAlive.ping(idle, () -> {
        });
        pass(INTERVAL);
        assertThat(keepAlive.isDue(idle, true)).isFalse();
        socket.pong();
        assertThat(keepAlive.isDue(idle, false)).isTrue();
    }

    @Test
    void pingsSuspectsOnlyWithoutAnInterval() {
        KeepAlive never = new KeepAlive(Duration.ZERO, heartbeat);
        PooledConnection idle = opened();
        pass(Duration.ofMinutes(1));
        assertThat(never.isDue(idle, false)).isFalse();
        assertThat(never.isDue(idle, true)).isTrue();
    }

    @Test
    void connectionIsSilentAfter2SecondsWithoutAnAnswer() {
        PooledConnection idle = opened();
        answer(idle);
        keepAlive.ping(idle, () -> {
        });
        pass(Duration.ofMillis(1999));
        assertThat(keepAlive.isSilent(idle)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(keepAlive.isSilent(idle)).isTrue();
    }

    @Test
    void answerAfterASuspensionMayTakeAsLong() {
        PooledConnection idle = opened();
        answer(idle);
        keepAlive.ping(idle, () -> {
        });
        time.freeze(Duration.ofSeconds(10));
        heartbeat.beat();
        pass(Duration.ofMillis(1999));
        assertThat(keepAlive.isSilent(idle)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(keepAlive.isSilent(idle)).isTrue();
    }

    @Test
    void connectionThatAnswersLaterThanAMinuteProvesThatPingsProlong() {
        PooledConnection idle = opened();
        pass(Duration.ofSeconds(64));
        answer(idle);
        assertThat(keepAlive.prolongs()).isEqualTo(Prolongs.UNKNOWN);
        pass(Duration.ofMillis(1));
        answer(idle);
        assertThat(keepAlive.prolongs()).isEqualTo(Prolongs.YES);
    }

    @Test
    void timeOfASuspensionTeachesNothing() {
        PooledConnection idle = opened();
        time.freeze(Duration.ofSeconds(70));
        heartbeat.beat();
        answer(idle);
        assertThat(keepAlive.prolongs()).isEqualTo(Prolongs.UNKNOWN);
    }

    @Test
    void closeAMinuteAfterTheTaskProvesThatPingsDoNotProlong() {
        assertThat(closedAfter(Duration.ofMillis(59_000))).isEqualTo(Prolongs.UNKNOWN);
        assertThat(closedAfter(Duration.ofMillis(59_001))).isEqualTo(Prolongs.NO);
    }

    @Test
    void laterCloseTeachesNothing() {
        assertThat(closedAfter(Duration.ofSeconds(64))).isEqualTo(Prolongs.UNKNOWN);
        assertThat(closedAfter(Duration.ofMillis(63_999))).isEqualTo(Prolongs.NO);
    }

    @Test
    void closeOfAConnectionThatWasNotPingedForHalfAMinuteTeachesNothing() {
        PooledConnection idle = opened();
        pass(Duration.ofSeconds(30));
        answer(idle);
        pass(Duration.ofSeconds(30));
        keepAlive.closed(idle);
        assertThat(keepAlive.prolongs()).isEqualTo(Prolongs.UNKNOWN);
    }

    @Test
    void isCuriousUntilItKnows() {
        assertThat(keepAlive.isCurious()).as("before any answer").isFalse();
        answer(opened());
        assertThat(keepAlive.isCurious()).isTrue();
        closedAfter(Duration.ofSeconds(60));
        assertThat(keepAlive.isCurious()).isFalse();
    }

    private Prolongs closedAfter(Duration age) {
        PooledConnection idle = opened();
        pass(Duration.ofSeconds(31));
        answer(idle);
        pass(age.minusSeconds(31));
        keepAlive.closed(idle);
        return keepAlive.prolongs();
    }

    private PooledConnection opened() {
        pass(Duration.ofMillis(1));
        ManualConnector connector = new ManualConnector();
        connector.connect();
        connector.answerAll();
        socket = connector.handshakes().get(0).connection();
        long now = heartbeat.beat();
        return new PooledConnection(socket, now, now, Duration.ZERO, 1);
    }

    private void answer(PooledConnection idle) {
        keepAlive.ping(idle, () -> keepAlive.answered(idle));
        socket.pong();
    }

    /** Advances the time without a suspension. */
    private void pass(Duration by) {
        for (Duration left = by; left.toNanos() > 0; left = left.minusSeconds(1)) {
            time.pass(left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1));
            heartbeat.beat();
        }
    }
}
