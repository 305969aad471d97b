package dev.warmvoice.pool.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TaskRateTest {

    private static final Duration WINDOW = Duration.ofMillis(1040);
    private static final String MODEL = "cosyvoice-v3-flash";
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ManualWorkers workers = new ManualWorkers();
    private final Heartbeat heartbeat = new Heartbeat(workers, Duration.ofSeconds(2));
    private final List<Long> submitted = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final long begin = heartbeat.beat();

    @Test
    void burstGoesAtOnceAndTheNextAfterASecond() {
        TaskRate rate = rate(3);
        for (int i = 0; i < 7; i++) {
            submit(rate, LONG);
        }
        assertThat(submitted).hasSize(3);
        workers.pass(WINDOW.minusMillis(1));
        assertThat(submitted).hasSize(3);
        workers.pass(Duration.ofMillis(1));
        assertThat(submitted).hasSize(6);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(7);
    }

    @Test
    void keepsTheRateInEverySecond() {
        TaskRate rate = rate(3);
        Random random = new Random(1);
        List<Submission> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            workers.pass(Duration.ofMillis(random.nextInt(500)));
            all.add(submit(rate, LONG));
            if (random.nextInt(3) == 0) {
                all.get(random.nextInt(all.size())).cancel();
            }
        }
        workers.pass(LONG.multipliedBy(10));
        assertThat(submitted).hasSizeGreaterThan(600);
        for (int i = 3; i < submitted.size(); i++) {
            assertThat(submitted.get(i) - submitted.get(i - 3)).isGreaterThanOrEqualTo(WINDOW.toNanos());
        }
    }

    @Test
    void rejectsAtOnceIfTheWaitIsTooLong() {
        TaskRate rate = rate(1);
        submit(rate, LONG);
        submit(rate, Duration.ofMillis(10));
        assertThat(refused).containsExactly("The account's task rate is exhausted., retry after PT1.04S");
        submit(rate, WINDOW);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(2);
    }

    @Test
    void cancelledSubmissionsReleaseTheirTurns() {
        TaskRate rate = rate(1);
        submit(rate, LONG);
        List<Submission> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(submit(rate, LONG));
        }
        waiting.forEach(Submission::cancel);
        submit(rate, WINDOW);
        assertThat(refused).isEmpty();
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(2);
    }

    @Test
    void cancelledTurnGoesToTheNextRequest() {
        TaskRate rate = rate(1);
        Submission granted = rate.submission(MODEL, () -> {
        }, why -> refused.add(why.getMessage()));
        granted.request(LONG);
        submit(rate, LONG);
        assertThat(submitted).isEmpty();
        granted.cancel();
        assertThat(submitted).hasSize(1);
        submit(rate, LONG).cancel();
        assertThat(submitted).hasSize(1);
    }

    @Test
    void throttlingHalvesTheRateForAWhile() {
        TaskRate rate = rate(4);
        rate.throttled(MODEL);
        for (int i = 0; i < 6; i++) {
            submit(rate, LONG);
        }
        assertThat(submitted).hasSize(2);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(4);
        workers.pass(Duration.ofSeconds(12));
        submitted.clear();
        for (int i = 0; i < 6; i++) {
            submit(rate, LONG);
        }
        assertThat(submitted).hasSize(4);
    }

    /** Otherwise a throttled task could never be retried. */
    @Test
    void throttledTaskWaitsAtMostTheRequestTimeout() {
        TaskRate rate = rate(3);
        for (int i = 0; i < 3; i++) {
            submit(rate, LONG);
        }
        rate.throttled(MODEL);
        submit(rate, Duration.ofSeconds(2));
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(4);
        assertThat(refused).isEmpty();
    }

    @Test
    void suspensionReleasesWaitingRequests() {
        TaskRate rate = rate(1);
        submit(rate, LONG);
        submit(rate, LONG);
        workers.freeze(Duration.ofMinutes(5));
        assertThat(submitted).hasSize(2);
    }

    @Test
    void eachModelHasItsOwnRate() {
        TaskRate rate = rate(1);
        submit(rate, LONG);
        assertThat(isGrantedNow(unattended(rate, "cosyvoice-v2"))).isTrue();
        assertThat(isGrantedNow(unattended(rate, MODEL))).isFalse();
    }

    @Test
    void turnCountsFromItsUse() {
        TaskRate rate = rate(1);
        Submission turn = unattended(rate, MODEL);
        assertThat(isGrantedNow(turn)).isTrue();
        workers.pass(Duration.ofMillis(500));
        turn.used();
        submit(rate, LONG);
        workers.pass(WINDOW.minusMillis(1));
        assertThat(submitted).isEmpty();
        workers.pass(Duration.ofMillis(1));
        assertThat(submitted).hasSize(1);
    }

    @Test
    void unusedModelsAreForgotten() {
        TaskRate rate = rate(1);
        for (int i = 0; i < 1000; i++) {
            rate.throttled("model-" + i);
            workers.pass(Duration.ofSeconds(1));
        }
        assertThat(rate.models()).isLessThan(100);
    }

    @Test
    void zeroIsNoLimit() {
        TaskRate rate = rate(0);
        for (int i = 0; i < 100; i++) {
            submit(rate, Duration.ZERO);
        }
        assertThat(submitted).hasSize(100);
    }

    private TaskRate rate(int perSecond) {
        return new TaskRate(perSecond, Duration.ofSeconds(2), heartbeat, workers, new Random(1));
    }

    private Submission submit(TaskRate rate, Duration longest) {
        Submission[] turn = new Submission[1];
        turn[0] = rate.submission(MODEL, () -> {
            submitted.add(heartbeat.beat() - begin);
            turn[0].used();
        }, why -> refused.add(why.getMessage() + ", retry after " + why.retryAfter()));
        turn[0].request(longest);
        return turn[0];
    }

    private static Submission unattended(TaskRate rate, String model) {
        return rate.submission(model, () -> {
        }, why -> {
        });
    }

    private static boolean isGrantedNow(Submission turn) {
        AtomicBoolean granted = new AtomicBoolean();
        turn.requestNow(granted::set);
        return granted.get();
    }
}
