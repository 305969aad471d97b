package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.pool.TestPool.Settings;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an operator sees of the pool. */
class PoolMetricsTest {

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void showsWhatTheConnectionsDo() {
        ConnectionPool pool = pool(Settings.ofSize(2));
        pool.start();
        connector.handshakes().get(0).answer();
        assertThat(gauge("size")).isEqualTo(2);
        assertThat(gauge("idle")).isEqualTo(1);
        assertThat(gauge("opening")).isEqualTo(1);
        connector.answerAll();
        request(pool).getNow(null);
        request(pool).getNow(null);
        request(pool);
        assertThat(gauge("active")).isEqualTo(2);
        assertThat(gauge("idle")).isZero();
        assertThat(gauge("waiting")).isEqualTo(1);
    }

    @Test
    void isNotANumberUntilItKnowsWhetherPingsProlong() {
        pool(Settings.ofSize(1));
        assertThat(gauge("pings.prolong")).isNaN();
    }

    @Test
    void showsWhetherPingsProlong() {
        ConnectionPool pool = pool(Settings.ofSize(2).withPingInterval(Duration.ofSeconds(5)));
        pool.start();
        for (int beats = 0; beats < 400; beats++) {
            workers.pass(Duration.ofMillis(250));
            pool.maintain();
            connector.answerAll();
            connector.handshakes().forEach(each -> each.connection().pong());
        }
        assertThat(gauge("pings.prolong")).isEqualTo(1);
    }

    @Test
    void countsConnectionsBeyondThePool() {
        ConnectionPool pool = pool(Settings.ofSize(1).withOverflow(1));
        pool.start();
        connector.answerAll();
        request(pool).getNow(null);
        assertThat(registry.get("warmvoice.pool.overflow").counter().count()).isZero();
        CompletableFuture<Lease> second = request(pool);
        connector.answerAll();
        assertThat(second).isCompleted();
        assertThat(registry.get("warmvoice.pool.overflow").counter().count()).isEqualTo(1);
    }

    @Test
    void countsWhyConnectionsAreDiscarded() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        pool.start();
        connector.answerAll();
        request(pool).getNow(null).discard("cancelled");
        connector.answerAll();
        connector.handshakes().get(1).connection().close();
        pool.maintain();
        assertThat(discarded("cancelled")).isEqualTo(1);
        assertThat(discarded("closed")).isEqualTo(1);
    }

    @Test
    void closesTheSurplusWhenTheTaskBeyondThePoolEnds() {
        ConnectionPool pool = pool(Settings.ofSize(1).withOverflow(1));
        pool.start();
        connector.answerAll();
        Lease first = request(pool).getNow(null);
        CompletableFuture<Lease> second = request(pool);
        connector.answerAll();
        first.finished();
        second.getNow(null).finished();
        assertThat(pool.idle()).isEqualTo(1);
        assertThat(discarded("surplus")).isEqualTo(1);
    }

    @Test
    void countsSuspensions() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        pool.start();
        connector.answerAll();
        workers.freeze(Duration.ofSeconds(10));
        pool.maintain();
        workers.run();
        assertThat(registry.get("warmvoice.suspensions").counter().count()).isEqualTo(1);
    }

    @Test
    void timesHowLongARequestWaited() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        CompletableFuture<Lease> lease = request(pool);
        workers.pass(Duration.ofMillis(200));
        connector.answerAll();
        assertThat(lease.getNow(null).acquire()).isEqualTo(Duration.ofMillis(200));
        assertThat(registry.get("warmvoice.pool.acquire").timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(200);
    }

    @Test
    void raceOfTheFirstSavesTheRestOfAHandshake() {
        ConnectionPool pool = pool(Settings.ofSize(1));
        pool.start();
        workers.pass(Duration.ofMillis(300));
        connector.answerAll();
        assertThat(pool.tryRace()).isTrue();
        pool.raceOver("first", Duration.ofMillis(100));
        assertThat(pool.tryRace()).isTrue();
        pool.raceOver("second", Duration.ofMillis(100));
        assertThat(registry.get("warmvoice.pool.race.saved").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(200);
        assertThat(registry.get("warmvoice.pool.races").tag("winner", "first").counter().count()).isEqualTo(1);
        assertThat(registry.get("warmvoice.pool.races").tag("winner", "second").counter().count()).isEqualTo(1);
    }

    @Test
    void asManyRequestsRaceAsThereMayBeHandshakes() {
        ConnectionPool pool = pool(Settings.ofSize(4).withOpening(2));
        assertThat(pool.tryRace()).isTrue();
        assertThat(pool.tryRace()).isTrue();
        assertThat(pool.tryRace()).isFalse();
        pool.raceOver("none", Duration.ZERO);
        assertThat(pool.races()).isEqualTo(1);
        assertThat(pool.tryRace()).isTrue();
    }

    private double gauge(String name) {
        return registry.get("warmvoice.pool." + name).gauge().value();
    }

    private double discarded(String reason) {
        Counter counter = registry.find("warmvoice.pool.discarded").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    private ConnectionPool pool(Settings settings) {
        return new ConnectionPool(settings, Duration.ofSeconds(5), connector, new PoolMetrics(registry),
                new Heartbeat(workers, Duration.ofSeconds(2)), workers, new Random(1));
    }

    private CompletableFuture<Lease> request(ConnectionPool pool) {
        CompletableFuture<Lease> lease = new CompletableFuture<>();
        pool.request(new TestPool.Answer(lease)).begin();
        return lease;
    }
}
