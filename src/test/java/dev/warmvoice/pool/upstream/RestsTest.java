package dev.warmvoice.pool.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.pool.upstream.Rests.Cause;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long an upstream is left alone, on a clock that the test controls. */
class RestsTest {

    private static final String MODEL = "model";

    private final ManualWorkers workers = new ManualWorkers();
    private final Rests rests = new Rests(new Heartbeat(workers, Duration.ofSeconds(2)));

    @Test
    void eachRestIsLongerUpToAMax() {
        for (int seconds : new int[]{5, 10, 20, 40, 80, 160, 320, 600, 600}) {
            rests.failed(MODEL, Cause.ACCOUNT);
            assertRestsFor(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void aThrottledAccountRestsForASecondAtFirst() {
        rests.failed(MODEL, Cause.THROTTLED);
        assertThat(rests.cause(MODEL)).contains(Cause.THROTTLED);
        assertRestsFor(Duration.ofSeconds(1));
    }

    @Test
    void twoFailedTasksAreTolerated() {
        rests.failed(MODEL, Cause.FAILING);
        rests.failed(MODEL, Cause.FAILING);
        assertThat(rests.cause(MODEL)).isEmpty();
        rests.failed(MODEL, Cause.FAILING);
        assertThat(rests.cause(MODEL)).contains(Cause.FAILING);
        assertRestsFor(Duration.ofSeconds(1));
    }

    @Test
    void audioEndsTheCount() {
        rests.failed(MODEL, Cause.FAILING);
        rests.failed(MODEL, Cause.FAILING);
        rests.succeeded(MODEL);
        rests.failed(MODEL, Cause.FAILING);
        assertThat(rests.cause(MODEL)).isEmpty();
    }

    @Test
    void tasksBegunBeforeARestChangeNothing() {
        for (int i = 0; i < 4; i++) {
            rests.failed(MODEL, Cause.ACCOUNT);
        }
        rests.succeeded(MODEL);
        assertRestsFor(Duration.ofSeconds(5));
    }

    @Test
    void onlyAudioEndsARest() {
        rests.failed(MODEL, Cause.ACCOUNT);
        workers.pass(Duration.ofSeconds(5));
        assertThat(rests.claimProbe(MODEL)).isTrue();
        assertThat(rests.cause(MODEL)).as("meanwhile").contains(Cause.ACCOUNT);
        rests.succeeded(MODEL);
        assertThat(rests.cause(MODEL)).isEmpty();
        rests.failed(MODEL, Cause.ACCOUNT);
        assertRestsFor(Duration.ofSeconds(5));
    }

    @Test
    void audioOfARequestEndsARestThatIsDue() {
        rests.failed(MODEL, Cause.ACCOUNT);
        workers.pass(Duration.ofSeconds(5));
        rests.succeeded(MODEL);
        assertThat(rests.cause(MODEL)).isEmpty();
    }

    @Test
    void aProbeWithoutAResultIsFollowedByAnother() {
        rests.failed(MODEL, Cause.ACCOUNT);
        assertRestsFor(Duration.ofSeconds(5));
        assertRestsFor(Duration.ofSeconds(10));
    }

    @Test
    void whatDoesNotRestIsNotProbed() {
        rests.failed(MODEL, Cause.FAILING);
        workers.pass(Duration.ofSeconds(1));
        assertThat(rests.claimProbe(MODEL)).isFalse();
    }

    @Test
    void modelsRestOnTheirOwn() {
        rests.failed(MODEL, Cause.ACCOUNT);
        assertThat(rests.cause("other")).isEmpty();
    }

    @Test
    void manyModelsTakeNoMemory() {
        for (int i = 0; i < 1000; i++) {
            rests.failed("model" + i, Cause.FAILING);
        }
        assertThat(rests.size()).isLessThanOrEqualTo(64);
    }

    private void assertRestsFor(Duration time) {
        workers.pass(time.minusMillis(1));
        assertThat(rests.claimProbe(MODEL)).isFalse();
        workers.pass(Duration.ofMillis(1));
        assertThat(rests.claimProbe(MODEL)).isTrue();
        assertThat(rests.claimProbe(MODEL)).as("a second one").isFalse();
    }
}
