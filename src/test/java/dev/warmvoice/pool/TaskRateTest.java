package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskRateTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final SetClocks clocks = new SetClocks();

    @Test
    void spacesTasksEvenly() {
        TaskRate rate = new TaskRate(3, clocks);
        assertThat(rate.reserve(LONG)).isZero();
        assertThat(rate.reserve(LONG)).isBetween(Duration.ofMillis(366), Duration.ofMillis(367));
        assertThat(rate.reserve(LONG)).isBetween(Duration.ofMillis(733), Duration.ofMillis(734));
    }

    @Test
    void leavesNoTwoTasksCloserThanTheyMayBeWheneverTheyCome() {
        TaskRate rate = new TaskRate(3, clocks);
        Random random = new Random(1);
        long last = clocks.monotonicNanos() - LONG.toNanos();
        for (int i = 0; i < 1000; i++) {
            clocks.pass(Duration.ofMillis(random.nextInt(900)));
            long at = clocks.monotonicNanos() + rate.reserve(LONG).toNanos();
            assertThat(at - last).isGreaterThanOrEqualTo(Duration.ofMillis(366).toNanos());
            last = at;
        }
    }

    @Test
    void takesNothingWhereTheWaitIsTooLong() {
        TaskRate rate = new TaskRate(3, clocks);
        rate.reserve(LONG);
        assertThat(rate.reserve(Duration.ofMillis(10))).isNegative();
        assertThat(rate.reserve(LONG)).isLessThan(Duration.ofMillis(368));
    }

    @Test
    void goesHalfAsFastForAWhileAfterTheServiceComplained() {
        TaskRate rate = new TaskRate(3, clocks);
        assertThat(rate.interval()).isBetween(Duration.ofMillis(366), Duration.ofMillis(367));
        rate.throttled();
        assertThat(rate.interval()).isBetween(Duration.ofMillis(733), Duration.ofMillis(734));
        rate.reserve(LONG);
        assertThat(rate.reserve(LONG)).isBetween(Duration.ofMillis(733), Duration.ofMillis(734));
        clocks.pass(Duration.ofSeconds(11));
        assertThat(rate.interval()).isBetween(Duration.ofMillis(366), Duration.ofMillis(367));
    }

    @Test
    void zeroIsNoLimit() {
        TaskRate rate = new TaskRate(0, clocks);
        for (int i = 0; i < 100; i++) {
            assertThat(rate.reserve(Duration.ZERO)).isZero();
        }
    }
}
