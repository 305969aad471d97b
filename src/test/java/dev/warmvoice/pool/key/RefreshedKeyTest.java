package dev.warmvoice.pool.key;

import static dev.warmvoice.pool.key.ManualKeySource.expiring;
import static dev.warmvoice.pool.key.ManualKeySource.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.testing.LogRecords;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the key is read, on a clock that the test controls. */
@Timeout(10)
class RefreshedKeyTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualWorkers workers = new ManualWorkers();
    private final Heartbeat heartbeat = new Heartbeat(workers, Duration.ofSeconds(2));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ManualKeySource source = new ManualKeySource(key("sk-first"));

    @Test
    void readsTheKeyAgainAtTheInterval() throws Exception {
        RefreshedKey refreshed = refreshed(MINUTE);
        List<String> changes = new ArrayList<>();
        refreshed.onChange(() -> changes.add(refreshed.current()));
        source.give(key("sk-second"));
        pass(refreshed, Duration.ofSeconds(59));
        assertThat(refreshed.current()).isEqualTo("sk-first");
        pass(refreshed, Duration.ofSeconds(2));
        assertThat(refreshed.current()).isEqualTo("sk-second");
        pass(refreshed, MINUTE);
        assertThat(source.reads()).isEqualTo(3);
        assertThat(changes).containsExactly("sk-second");
        assertThat(reads("changed")).isEqualTo(1);
        assertThat(reads("unchanged")).isEqualTo(1);
    }

    @Test
    void readsTheKeyOnAWorker() throws Exception {
        RefreshedKey refreshed = refreshed(MINUTE);
        heartbeat.beat();
        workers.pass(MINUTE);
        refreshed.maintain();
        refreshed.maintain();
        assertThat(source.reads()).as("on the thread that asks").isEqualTo(1);
        workers.run();
        assertThat(source.reads()).isEqualTo(2);
    }

    @Test
    void readsTheKeyAgainBeforeItExpires() throws Exception {
        source.give(expiring("st-long", workers.wallNanos(), Duration.ofMinutes(30)));
        RefreshedKey refreshed = refreshed(HOUR);
        assertThat(expires()).isEqualTo(1800);
        pass(refreshed, Duration.ofMinutes(29).minusSeconds(1));
        assertThat(source.reads()).isEqualTo(1);
        source.give(expiring("st-short", workers.wallNanos(), Duration.ofSeconds(20)));
        pass(refreshed, Duration.ofSeconds(2));
        assertThat(refreshed.current()).as("a minute before").isEqualTo("st-short");
        source.give(key("sk-lasting"));
        pass(refreshed, Duration.ofSeconds(12));
        assertThat(refreshed.current()).isEqualTo("st-short");
        pass(refreshed, Duration.ofSeconds(2));
        assertThat(refreshed.current()).as("a quarter of its time before").isEqualTo("sk-lasting");
        assertThat(expires()).isNaN();
    }

    @Test
    void readsMoreOftenAsTheEndComes() throws Exception {
        source.give(expiring("st-last", workers.wallNanos(), Duration.ofMinutes(4)));
        RefreshedKey refreshed = refreshed(HOUR);
        pass(refreshed, Duration.ofMinutes(4));
        assertThat(source.reads()).as("the first, and after 180, 225, 236 and 239 s").isBetween(5, 7);
    }

    @Test
    void keepsTheLastKeyWhileThereIsNoOther() throws Exception {
        RefreshedKey refreshed = refreshed(MINUTE);
        source.fail();
        try (LogRecords log = new LogRecords(RefreshedKey.class)) {
            pass(refreshed, Duration.ofSeconds(61));
            assertThat(refreshed.current()).isEqualTo("sk-first");
            pass(refreshed, Duration.ofSeconds(62));
            assertThat(source.reads()).as("the first one, and after 0, 1, 3, 7, 15, 31, 63 s").isBetween(7, 8);
            pass(refreshed, HOUR);
            assertThat(source.reads()).as("every minute").isBetween(60, 75);
            source.give(key("sk-second"));
            pass(refreshed, MINUTE);
            assertThat(refreshed.current()).isEqualTo("sk-second");
            assertThat(log.lines()).containsExactly(
                    "WARN There is no new API key; the last one stays in use: " + ManualKeySource.FAILURE,
                    "INFO The API key can be read again");
        }
        assertThat(reads("failed")).isGreaterThan(60);
    }

    @Test
    void survivesASourceThatThrows() throws Exception {
        boolean[] broken = {false};
        RefreshedKey refreshed = new RefreshedKey(() -> {
            if (broken[0]) {
                throw new IllegalStateException("sk-secret");
            }
            return key("sk-first");
        }, rereading(MINUTE));
        broken[0] = true;
        try (LogRecords log = new LogRecords(RefreshedKey.class)) {
            pass(refreshed, MINUTE.multipliedBy(3));
            assertThat(log.lines()).singleElement().asString().contains("IllegalStateException")
                    .doesNotContain("sk-secret");
        }
        broken[0] = false;
        pass(refreshed, MINUTE);
        assertThat(refreshed.refused("sk-first")).as("can still be read").isNotDone();
    }

    @Test
    void saysOnceThatTheKeyHasExpired() throws Exception {
        source.give(expiring("st-last", workers.wallNanos(), Duration.ofSeconds(30)));
        RefreshedKey refreshed = refreshed(MINUTE);
        try (LogRecords log = new LogRecords(RefreshedKey.class)) {
            pass(refreshed, HOUR);
            assertThat(log.lines()).containsExactly(
                    "WARN There is no new API key; the last one stays in use: The API key has expired.");
        }
        assertThat(refreshed.current()).isEqualTo("st-last");
        assertThat(expires()).isNegative();
        assertThat(source.reads()).isBetween(60, 90);
    }

    @Test
    void readsARefusedKeyAtOnce() throws Exception {
        RefreshedKey refreshed = refreshed(HOUR);
        pass(refreshed, MINUTE);
        CompletableFuture<Void> read = refreshed.refused("sk-first");
        source.give(key("sk-second"));
        workers.run();
        assertThat(read).isCompleted();
        assertThat(refreshed.current()).isEqualTo("sk-second");
        assertThat(refreshed.refused("sk-first")).as("replaced already").isCompleted();
        pass(refreshed, MINUTE);
        assertThat(source.reads()).isEqualTo(2);
    }

    @Test
    void readsAKeyThatStaysRefusedWithABackOff() throws Exception {
        RefreshedKey refreshed = refreshed(HOUR);
        pass(refreshed, MINUTE);
        List<CompletableFuture<Void>> refusals = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            refusals.add(refreshed.refused("sk-first"));
            workers.run();
        }
        assertThat(source.reads()).as("within a second").isEqualTo(2);
        pass(refreshed, Duration.ofSeconds(1));
        assertThat(refusals).allMatch(CompletableFuture::isDone);
        pass(refreshed, Duration.ofMinutes(10));
        assertThat(source.reads()).isBetween(12, 20);
        source.give(key("sk-second"));
        pass(refreshed, MINUTE);
        assertThat(refreshed.current()).isEqualTo("sk-second");
    }

    @Test
    void readsAKeyThatHasExpiredInAFreeze() throws Exception {
        source.give(expiring("st-first", workers.wallNanos(), Duration.ofMinutes(5)));
        RefreshedKey refreshed = refreshed(HOUR);
        assertThat(refreshed.unexpired()).isCompleted();
        workers.freeze(Duration.ofMinutes(6));
        CompletableFuture<Void> fresh = refreshed.unexpired();
        assertThat(fresh).isNotDone();
        assertThat(refreshed.unexpired()).as("while it is read").isNotDone();
        source.give(expiring("st-second", workers.wallNanos(), Duration.ofMinutes(5)));
        workers.run();
        assertThat(fresh).isCompleted();
        assertThat(refreshed.current()).isEqualTo("st-second");
    }

    /** The machine's clock may be wrong: then it must not delay every handshake. */
    @Test
    void doesNotWaitForAKeyThatWasReadExpired() throws Exception {
        source.give(expiring("st-first", workers.wallNanos(), Duration.ofMinutes(-5)));
        RefreshedKey refreshed = refreshed(MINUTE);
        assertThat(refreshed.unexpired()).isCompleted();
        pass(refreshed, Duration.ofMinutes(5));
        assertThat(refreshed.unexpired()).isCompleted();
    }

    @Test
    void failsWithoutAFirstKey() {
        source.fail();
        assertThatThrownBy(() -> refreshed(MINUTE)).isInstanceOf(KeyUnavailableException.class)
                .hasMessage(ManualKeySource.FAILURE);
    }

    private RefreshedKey refreshed(Duration interval) throws KeyUnavailableException {
        return new RefreshedKey(source, rereading(interval));
    }

    private Rereading rereading(Duration interval) {
        return new Rereading(interval, workers, heartbeat, workers, registry, Tags.empty());
    }

    /** Advances the time as in the product, with four beats a second. */
    private void pass(RefreshedKey refreshed, Duration time) {
        Duration beat = Duration.ofMillis(250);
        for (Duration left = time; left.compareTo(beat) >= 0; left = left.minus(beat)) {
            workers.pass(beat);
            refreshed.maintain();
            workers.run();
        }
    }

    private double reads(String outcome) {
        return registry.get("warmvoice.key.reads").tag("outcome", outcome).counter().count();
    }

    private double expires() {
        return registry.get("warmvoice.key.expires").gauge().value();
    }
}
