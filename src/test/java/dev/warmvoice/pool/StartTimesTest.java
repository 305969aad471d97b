package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartTimesTest {

    private final StartTimes times = new StartTimes();

    @Test
    void waitsASecondWithoutEnoughSamples() {
        assertThat(times.patience()).isEqualTo(Duration.ofSeconds(1));
        add(4, 1);
        assertThat(times.patience()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitsAtLeast50Ms() {
        add(5, 1);
        assertThat(times.patience()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void waitsAtMostASecond() {
        add(5, 2500);
        assertThat(times.patience()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitsOneAndAHalfTimesTheNinthDecile() {
        add(32, 200);
        assertThat(times.patience()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void ignoresRareSlowStarts() {
        add(29, 100);
        add(3, 2000);
        assertThat(times.patience()).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void ignoresOldSamples() {
        add(100, 2000);
        add(32, 100);
        assertThat(times.patience()).isEqualTo(Duration.ofMillis(150));
    }

    private void add(int count, int millis) {
        for (int i = 0; i < count; i++) {
            times.add(Duration.ofMillis(millis));
        }
    }
}
