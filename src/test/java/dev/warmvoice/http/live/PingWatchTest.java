package dev.warmvoice.http.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import dev.warmvoice.time.Timers;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PingWatchTest {

    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final ManualWorkers time = new ManualWorkers();
    private final Heartbeat heartbeat = new Heartbeat(time, Duration.ofSeconds(2));
    private int pings;
    private int watched;
    private int silences;
    private final PingWatch watch = new PingWatch(INTERVAL, new Timers(heartbeat, time), () -> {
        pings++;
        watched++;
        return () -> watched--;
    }, this::silence);

    private void silence() {
        silences++;
        watch.stop();
    }

    @BeforeEach
    void start() {
        beat();
        watch.start();
    }

    /** Beats at the rate of the product, so that passing time does not count as a suspension. */
    private void beat() {
        heartbeat.beat();
        time.after(Duration.ofMillis(250), this::beat);
    }

    @Test
    void pingsAnAnsweringClientIndefinitely() {
        for (int i = 1; i <= 100; i++) {
            time.pass(INTERVAL);
            assertThat(pings).isEqualTo(i);
            watch.heard();
            assertThat(watched).as("unanswered pings").isZero();
        }
        assertThat(silences).isZero();
    }

    @Test
    void unansweredPingIsSilence() {
        time.pass(INTERVAL.multipliedBy(2).minusMillis(1));
        assertThat(silences).isZero();
        assertThat(watched).isEqualTo(1);
        time.pass(Duration.ofMillis(1));
        assertThat(silences).isEqualTo(1);
        time.pass(INTERVAL.multipliedBy(10));
        assertThat(silences).as("once").isEqualTo(1);
        assertThat(pings).isEqualTo(1);
        assertThat(watched).isZero();
    }

    @Test
    void readingClientIsPingedAgain() {
        time.pass(INTERVAL);
        watch.reading();
        time.pass(INTERVAL);
        assertThat(silences).isZero();
        assertThat(pings).isEqualTo(2);
        assertThat(watched).as("only the latest ping").isEqualTo(1);
        time.pass(INTERVAL);
        assertThat(silences).isEqualTo(1);
    }

    @Test
    void freezeAfterAPingIsNoSilence() {
        time.pass(INTERVAL.plusSeconds(1));
        time.freeze(Duration.ofHours(5));
        assertThat(pings).isEqualTo(1);
        assertThat(silences).isZero();
        time.pass(Duration.ofSeconds(18));
        assertThat(silences).isZero();
        time.pass(Duration.ofSeconds(2));
        assertThat(silences).isEqualTo(1);
    }

    @Test
    void freezeRightBeforeTheLimitLeavesTimeForTheAnswer() {
        time.pass(INTERVAL.multipliedBy(2).minusMillis(10));
        time.freeze(Duration.ofHours(5));
        time.pass(Duration.ofMillis(900));
        assertThat(silences).isZero();
        watch.heard();
        time.pass(INTERVAL);
        assertThat(silences).isZero();
    }

    @Test
    void freezeCausesNoBurstOfPings() {
        time.freeze(INTERVAL.multipliedBy(10));
        time.pass(INTERVAL.minusSeconds(1));
        assertThat(pings).isLessThanOrEqualTo(1);
        assertThat(silences).isZero();
    }

    @Test
    void sendsNoPingsAfterStop() {
        watch.stop();
        time.pass(INTERVAL.multipliedBy(3));
        assertThat(pings).isZero();
        assertThat(silences).isZero();
    }
}
