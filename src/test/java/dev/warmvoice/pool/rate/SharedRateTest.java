package dev.warmvoice.pool.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances on one clock. */
class SharedRateTest {

    private static final Duration WINDOW = Duration.ofMillis(1040);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration OUTAGE = Duration.ofSeconds(20);
    private static final String MODEL = "cosyvoice-v3-flash";
    private static final int EXPECTED = 10;

    private final ManualWorkers workers = new ManualWorkers();
    private final SimulatedAccount account = new SimulatedAccount(workers);
    /** When tasks were submitted, in milliseconds. */
    private final List<Long> submitted = new ArrayList<>();
    private final List<Duration> refused = new ArrayList<>();

    @Test
    void instancesTakeTurnsAtTheRateOfOne() {
        List<Instance> fleet = fleet(3, 3);
        for (int i = 0; i < 9; i++) {
            fleet.get(i % 3).submit(LONG);
        }
        workers.pass(Duration.ofMillis(1));
        assertThat(submitted).hasSize(3);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(6);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(9);
    }

    @Test
    void taskWaitsForOneRoundTrip() {
        Instance one = fleet(1, 3).get(0);
        account.latency(Duration.ofMillis(10));
        long before = now();
        one.submit(LONG);
        workers.pass(Duration.ofMillis(50));
        assertThat(submitted).containsExactly(before + 10);
    }

    @Test
    void longWaitIsRefusedAndTakesNoSlot() {
        Instance one = fleet(1, 1).get(0);
        one.submit(LONG);
        one.submit(Duration.ofMillis(100));
        workers.pass(Duration.ofMillis(1));
        assertThat(refused).singleElement()
                .satisfies(wait -> assertThat(wait).isBetween(WINDOW.minusMillis(5), WINDOW));
        assertThat(account.reserved(MODEL)).isEqualTo(1);
    }

    @Test
    void nextInLineMovesUpWhenATurnIsCancelled() {
        Instance one = fleet(1, 1).get(0);
        one.submit(LONG);
        Submission cancelled = one.submit(LONG);
        one.submit(LONG);
        workers.pass(Duration.ofMillis(10));
        cancelled.cancel();
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(2);
        workers.pass(Duration.ofMillis(10));
        one.submit(LONG);
        workers.pass(WINDOW);
        assertThat(submitted).as("the slot of the cancelled turn is free").hasSize(3);
    }

    @Test
    void turnCancelledBeforeTheAnswerGivesItsSlotBack() {
        Instance one = fleet(1, 1).get(0);
        one.submit(LONG).cancel();
        workers.pass(Duration.ofMillis(10));
        assertThat(account.reserved(MODEL)).isZero();
        assertThat(submitted).isEmpty();
    }

    @Test
    void grantedTurnThatIsNotUsedGivesItsSlotBack() {
        Instance one = fleet(1, 1).get(0);
        Submission turn = one.rate.submission(MODEL, () -> {
        }, why -> {
        });
        turn.request(LONG);
        workers.pass(Duration.ofMillis(10));
        turn.cancel();
        workers.pass(Duration.ofMillis(10));
        assertThat(account.reserved(MODEL)).isZero();
    }

    @Test
    void instancesKeepToTheirShareWhileTheServerIsAway() {
        List<Instance> fleet = fleet(2, 4);
        account.down(true);
        for (int i = 0; i < 20; i++) {
            fleet.get(0).submit(LONG);
        }
        workers.pass(Duration.ofMillis(50 + 500 + 50).plus(WINDOW));
        assertThat(submitted).as("half of the rate, after a pause").hasSize(2);
        workers.pass(WINDOW);
        assertThat(submitted).hasSize(4);
    }

    @Test
    void shareOfLessThanOneTaskASecondIsATaskInSeveralSeconds() {
        List<Instance> fleet = fleet(6, 3);
        account.down(true);
        for (int i = 0; i < 10; i++) {
            fleet.get(0).submit(LONG);
        }
        workers.pass(WINDOW.multipliedBy(7));
        assertThat(submitted).hasSizeBetween(2, 3);
    }

    @Test
    void serverThatWasNeverThereLeavesTheShareOfTheExpectedInstances() {
        account.down(true);
        Instance one = new Instance(EXPECTED);
        for (int i = 0; i < 10; i++) {
            one.submit(LONG);
        }
        workers.pass(WINDOW.multipliedBy(4));
        assertThat(submitted).hasSizeBetween(4, 5);
    }

    @Test
    void turnsThatWaitForTheServerGoOnWithTheShare() {
        Instance one = fleet(1, 3).get(0);
        for (int i = 0; i < 9; i++) {
            one.submit(LONG);
        }
        workers.pass(Duration.ofMillis(10));
        account.down(true);
        workers.pass(WINDOW.multipliedBy(3));
        assertThat(submitted).hasSize(9);
    }

    @Test
    void turnsThatWaitForTheShareGoOnWhenTheServerIsBack() {
        List<Instance> fleet = fleet(10, 10);
        account.down(true);
        for (int i = 0; i < 30; i++) {
            fleet.get(0).submit(LONG);
        }
        workers.pass(Duration.ofSeconds(5));
        assertThat(submitted).hasSizeBetween(4, 5);
        account.down(false);
        workers.pass(Duration.ofSeconds(5));
        assertThat(submitted).hasSizeGreaterThan(25);
        assertThat(refused).isEmpty();
    }

    @Test
    void connectionThatAFreezeHasBrokenCostsNoWindow() {
        Instance one = fleet(5, 5).get(0);
        long before = now();
        account.down(true);
        one.submit(LONG);
        workers.pass(Duration.ofMillis(49));
        account.down(false);
        workers.pass(Duration.ofMillis(10));
        assertThat(submitted).singleElement().satisfies(time -> assertThat(time - before).isBetween(50L, 60L));
    }

    @Test
    void missedSlotIsReservedAgain() {
        Instance one = fleet(1, 1).get(0);
        one.submit(LONG);
        one.submit(LONG);
        workers.pass(Duration.ofMillis(10));
        workers.freeze(Duration.ofSeconds(10));
        assertThat(submitted).hasSize(1);
        workers.pass(Duration.ofMillis(10));
        assertThat(submitted).hasSize(2);
    }

    @Test
    void missedSlotIsFreeForOthers() {
        Instance one = fleet(1, 1).get(0);
        one.submit(LONG);
        one.submit(LONG);
        workers.pass(WINDOW.minusMillis(10));
        long before = now();
        workers.freeze(Duration.ofMillis(100));
        workers.pass(Duration.ofMillis(10));
        assertThat(submitted).hasSize(2);
        assertThat(submitted.get(1) - before).isLessThanOrEqualTo(110);
    }

    @Test
    void slotWhoseAnswerCameAfterAFreezeIsReservedAgain() {
        Instance one = fleet(1, 1).get(0);
        account.latency(Duration.ofMillis(10));
        one.submit(LONG);
        workers.pass(Duration.ofMillis(6));
        workers.freeze(Duration.ofMillis(900));
        assertThat(submitted).isEmpty();
        workers.pass(WINDOW.plusMillis(20));
        assertThat(submitted).hasSize(1);
    }

    @Test
    void narrowRateAsksForHalf() {
        Instance one = fleet(1, 4).get(0);
        one.rate.throttled(MODEL);
        for (int i = 0; i < 4; i++) {
            one.submit(LONG);
        }
        workers.pass(Duration.ofMillis(10));
        assertThat(submitted).hasSize(2);
    }

    @Test
    void raceTakesNoTurnThatIsNotFree() {
        Instance one = fleet(1, 1).get(0);
        List<Boolean> results = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            one.rate.submission(MODEL, () -> {
            }, why -> {
            }).requestNow(results::add);
        }
        workers.pass(Duration.ofMillis(10));
        assertThat(results).containsExactly(true, false);
        assertThat(account.reserved(MODEL)).isEqualTo(1);
    }

    /** Outages, one after the other: all requests are granted, and the rate is kept in every second. */
    @Tag("threads")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void outagesCostNoRequestAndExceedNoRate(long seed) {
        Random random = new Random(seed);
        int perSecond = random.nextInt(1, 12);
        List<Instance> fleet = fleet(random.nextInt(1, 9), perSecond);
        int requests = 0;
        for (int outage = 0; outage < 8; outage++) {
            requests += load(fleet, random, Duration.ofSeconds(15));
            int kind = random.nextInt(4);
            account.down(kind == 0 || kind == 1);
            account.latency(Duration.ofMillis(kind == 2 ? random.nextInt(200) : 1));
            requests += load(fleet, random, Duration.ofMillis(random.nextInt(8000)));
            if (kind == 1 || kind == 3) {
                account.clear();
            }
            account.down(false);
            account.latency(Duration.ofMillis(1));
        }
        workers.pass(Duration.ofMinutes(60));
        assertThat(refused).isEmpty();
        assertThat(submitted.size()).isEqualTo(requests);
        assertThat(mostInASecond()).as("%d a second, %d instances", perSecond, fleet.size())
                .isLessThanOrEqualTo(perSecond);
    }

    /** Slots of before are still used while the first ones have noticed and use their share. */
    @Tag("threads")
    @ParameterizedTest
    @CsvSource({"3, 0", "7, 0", "3, 70", "7, 70"})
    void emptiedServerKeepsTheRate(int perSecond, int awayMillis) {
        Random random = new Random(perSecond);
        List<Instance> fleet = fleet(3, perSecond);
        for (int i = 0; i < 100; i++) {
            load(fleet, random, Duration.ofMillis(8000 + random.nextInt(1000)), Duration.ofSeconds(2));
            account.down(awayMillis > 0);
            load(fleet, random, Duration.ofMillis(awayMillis), Duration.ofSeconds(2));
            account.clear();
            account.down(false);
        }
        assertThat(mostInASecond()).isLessThanOrEqualTo(perSecond);
    }

    /** Outages that begin before the last one is noticed everywhere: at worst all shares come on top. */
    @Tag("threads")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void flappingServerAddsNoMoreThanTheShares(long seed) {
        Random random = new Random(seed);
        int perSecond = random.nextInt(1, 12);
        List<Instance> fleet = fleet(random.nextInt(1, 6), perSecond);
        int requests = 0;
        for (int i = 0; i < 200; i++) {
            requests += load(fleet, random, Duration.ofMillis(random.nextInt(800)));
            account.down(random.nextInt(4) == 0);
            account.latency(Duration.ofMillis(random.nextInt(80)));
            if (random.nextInt(10) == 0) {
                account.clear();
            }
        }
        account.down(false);
        account.latency(Duration.ofMillis(1));
        workers.pass(Duration.ofMinutes(60));
        assertThat(submitted.size()).isEqualTo(requests);
        assertThat(mostInASecond()).isLessThanOrEqualTo(2L * perSecond);
    }

    private int load(List<Instance> fleet, Random random, Duration time) {
        return load(fleet, random, time, Duration.ofDays(1));
    }

    private int load(List<Instance> fleet, Random random, Duration time, Duration longest) {
        long end = now() + time.toMillis();
        int requests = 0;
        while (now() < end) {
            fleet.get(random.nextInt(fleet.size())).submit(longest);
            requests++;
            workers.pass(Duration.ofMillis(random.nextInt(200)));
        }
        return requests;
    }

    private long mostInASecond() {
        return submitted.stream()
                .mapToLong(first -> submitted.stream().filter(time -> time >= first && time < first + 1000).count())
                .max().orElse(0);
    }

    /** Instances that know each other. */
    private List<Instance> fleet(int size, int perSecond) {
        List<Instance> fleet = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            fleet.add(new Instance(perSecond));
        }
        workers.pass(OUTAGE);
        return fleet;
    }

    private long now() {
        return Duration.ofNanos(workers.monotonicNanos()).toMillis();
    }

    private final class Instance {

        private final TaskRate rate;

        Instance(int perSecond) {
            Heartbeat heartbeat = new Heartbeat(workers, Duration.ofHours(1));
            SharedRate shared = new SharedRate(account.join(), perSecond, Duration.ofMillis(50), EXPECTED, heartbeat,
                    workers, new Random(1), new RateMetrics(new SimpleMeterRegistry()));
            rate = new TaskRate(shared, Duration.ofSeconds(2), new Random(1));
            shared.start();
        }

        Submission submit(Duration longest) {
            Submission[] turn = new Submission[1];
            turn[0] = rate.submission(MODEL, () -> {
                submitted.add(now());
                turn[0].used();
            }, why -> refused.add(why.retryAfter()));
            turn[0].request(longest);
            return turn[0];
        }
    }
}
