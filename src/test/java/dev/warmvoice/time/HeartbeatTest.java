package dev.warmvoice.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final SetClocks clocks = new SetClocks();
    private final List<Duration> suspensions = new ArrayList<>();
    private final Heartbeat heartbeat = new Heartbeat(clocks, Duration.ofSeconds(2));

    @BeforeEach
    void listen() {
        heartbeat.onSuspension(suspensions::add);
    }

    @Test
    void advancesWithBothClocks() {
        clocks.pass(Duration.ofMillis(500));
        assertThat(heartbeat.beat()).isEqualTo(500_000_000);
        assertThat(heartbeat.beat()).isEqualTo(500_000_000);
        assertThat(suspensions).isEmpty();
    }

    @Test
    void gapOfMoreThanTwoSecondsIsASuspension() {
        clocks.pass(Duration.ofSeconds(2));
        heartbeat.beat();
        assertThat(suspensions).isEmpty();
        clocks.pass(Duration.ofMillis(2001));
        long now = heartbeat.beat();
        heartbeat.beat();
        assertThat(suspensions).containsExactly(Duration.ofMillis(2001));
        assertThat(heartbeat.resumed()).isEqualTo(now);
    }

    @Test
    void countsSuspensionsByTheWallClock() {
        clocks.passWall(Duration.ofSeconds(40));
        assertThat(heartbeat.beat()).isEqualTo(Duration.ofSeconds(40).toNanos());
        assertThat(suspensions).containsExactly(Duration.ofSeconds(40));
    }

    @Test
    void wallClockSetBackDoesNotReduceAges() {
        clocks.pass(Duration.ofSeconds(1));
        heartbeat.beat();
        clocks.passWall(Duration.ofHours(-5));
        clocks.pass(Duration.ofSeconds(1));
        assertThat(heartbeat.beat()).isEqualTo(Duration.ofSeconds(2).toNanos());
        clocks.passWall(Duration.ofSeconds(40));
        assertThat(heartbeat.beat()).as("a later suspension").isEqualTo(Duration.ofSeconds(42).toNanos());
        assertThat(suspensions).containsExactly(Duration.ofSeconds(40));
    }

    @Test
    void wallClockSetForwardIsOneSuspension() {
        clocks.passWall(Duration.ofHours(5));
        long old = heartbeat.beat();
        clocks.pass(Duration.ofSeconds(1));
        assertThat(heartbeat.beat() - old).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(suspensions).hasSize(1);
    }

    @Test
    void timeoutsCountRunningTimeOnly() {
        long since = heartbeat.running();
        clocks.pass(Duration.ofSeconds(2));
        assertThat(heartbeat.left(Duration.ofSeconds(10), since)).isEqualTo(Duration.ofSeconds(8));
        clocks.pass(Duration.ofMinutes(15));
        assertThat(heartbeat.left(Duration.ofSeconds(10), since)).isEqualTo(Duration.ofSeconds(8));
        clocks.passWall(Duration.ofHours(1));
        assertThat(heartbeat.left(Duration.ofSeconds(10), since)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void timeoutsLastAtLeastAMomentAfterASuspension() {
        long since = heartbeat.running();
        clocks.pass(Duration.ofSeconds(2));
        heartbeat.beat();
        clocks.pass(Duration.ofMillis(1900));
        heartbeat.beat();
        clocks.pass(Duration.ofMinutes(15));
        assertThat(heartbeat.left(Duration.ofSeconds(4), since)).isEqualTo(Duration.ofSeconds(1));
        assertThat(heartbeat.left(Duration.ofMillis(200), since)).isEqualTo(Duration.ofMillis(200));
        clocks.pass(Duration.ofMillis(999));
        assertThat(heartbeat.left(Duration.ofSeconds(4), since)).isEqualTo(Duration.ofMillis(1));
        clocks.pass(Duration.ofMillis(1));
        assertThat(heartbeat.left(Duration.ofSeconds(4), since)).isZero();
    }

    @RepeatedTest(50)
    void neverRunsBackAndCoversBothClocks(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long monotonicSum = 0;
        long before = 0;
        for (int i = 0; i < 1000; i++) {
            Duration monotonic = Duration.ofMillis(random.nextInt(3000));
            clocks.passMonotonic(monotonic);
            clocks.passWall(Duration.ofMillis(random.nextInt(7_200_000) - 3_600_000));
            monotonicSum += monotonic.toNanos();
            long now = heartbeat.beat();
            assertThat(now).isGreaterThanOrEqualTo(before + monotonic.toNanos()).isGreaterThanOrEqualTo(monotonicSum);
            before = now;
        }
    }
}
