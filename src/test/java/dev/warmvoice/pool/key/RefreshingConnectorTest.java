package dev.warmvoice.pool.key;

import static dev.warmvoice.pool.key.ManualKeySource.expiring;
import static dev.warmvoice.pool.key.ManualKeySource.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.Connection;
import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import dev.warmvoice.time.Workers;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefreshingConnectorTest {

    private final ManualWorkers workers = new ManualWorkers();
    private final Heartbeat heartbeat = new Heartbeat(workers, Duration.ofSeconds(2));
    private final ManualConnector service = new ManualConnector();
    private final ManualKeySource source = new ManualKeySource(key("sk-first"));
    private boolean hangs;
    private Connector connector;

    @BeforeEach
    void make() throws Exception {
        make(key("sk-first"));
        pass(Duration.ofSeconds(1));
    }

    private void make(ApiKey first) throws Exception {
        source.give(first);
        connector = new RefreshedKey(source, new Rereading(Duration.ofHours(1), workers, heartbeat, threads(),
                new SimpleMeterRegistry(), Tags.empty())).connector(service, Duration.ofSeconds(5));
    }

    /** Workers of which all are busy for ever while {@link #hangs}. */
    private Workers threads() {
        return new Workers() {

            @Override
            public void execute(Runnable work) {
                if (!hangs) {
                    workers.execute(work);
                }
            }

            @Override
            public Cancellable after(Duration delay, Runnable work) {
                return workers.after(delay, work);
            }
        };
    }

    @Test
    void opensAConnectionAtOnce() {
        CompletableFuture<Connection> connecting = connector.connect();
        service.handshakes().get(0).answer();
        assertThat(connecting).isCompletedWithValue(service.handshakes().get(0).connection());
        assertThat(source.reads()).isEqualTo(1);
    }

    @Test
    void repeatsARefusedHandshakeWithTheNewKey() {
        CompletableFuture<Connection> connecting = connector.connect();
        source.give(key("sk-second"));
        service.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        assertThat(connecting).isNotDone();
        workers.run();
        assertThat(service.handshakes()).hasSize(2);
        service.handshakes().get(1).answer();
        assertThat(connecting).isCompletedWithValue(service.handshakes().get(1).connection());
    }

    @Test
    void repeatsItOnce() {
        CompletableFuture<Connection> connecting = connector.connect();
        source.give(key("sk-second"));
        service.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        workers.run();
        source.give(key("sk-third"));
        service.handshakes().get(1).fail(Reason.UNAUTHORIZED);
        workers.run();
        assertThat(service.handshakes()).hasSize(2);
        assertFailed(connecting, Reason.UNAUTHORIZED);
    }

    @Test
    void failsIfTheKeyIsTheSame() {
        CompletableFuture<Connection> connecting = connector.connect();
        service.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        workers.run();
        assertFailed(connecting, Reason.UNAUTHORIZED);
        assertThat(service.handshakes()).hasSize(1);
        assertThat(source.reads()).isEqualTo(2);
    }

    @Test
    void failsIfReadingTheKeyHangs() {
        hangs = true;
        CompletableFuture<Connection> connecting = connector.connect();
        service.handshakes().get(0).fail(Reason.UNAUTHORIZED);
        pass(Duration.ofMillis(2250));
        assertThat(connecting).isNotDone();
        pass(Duration.ofMillis(500));
        assertFailed(connecting, Reason.UNAUTHORIZED);
    }

    @Test
    void doesNotReadTheKeyForOtherFailures() {
        CompletableFuture<Connection> connecting = connector.connect();
        service.handshakes().get(0).fail(Reason.UNREACHABLE);
        assertFailed(connecting, Reason.UNREACHABLE);
        workers.run();
        assertThat(source.reads()).isEqualTo(1);
    }

    @Test
    void cancelEndsTheHandshakeAndPreventsTheNext() {
        CompletableFuture<Connection> first = connector.connect();
        first.cancel(false);
        assertThat(service.handshakes().get(0).outcome()).isCancelled();
        CompletableFuture<Connection> second = connector.connect();
        source.give(key("sk-second"));
        service.handshakes().get(1).fail(Reason.UNAUTHORIZED);
        second.cancel(false);
        workers.run();
        assertThat(service.handshakes()).hasSize(2);
    }

    @Test
    void readsAKeyThatHasExpiredInAFreezeBeforeItIsUsed() throws Exception {
        make(expiring("st-first", workers.wallNanos(), Duration.ofMinutes(1)));
        workers.freeze(Duration.ofMinutes(2));
        source.give(expiring("st-second", workers.wallNanos(), Duration.ofMinutes(1)));
        CompletableFuture<Connection> connecting = connector.connect();
        assertThat(service.handshakes()).isEmpty();
        workers.run();
        service.handshakes().get(0).answer();
        assertThat(connecting).isCompleted();
    }

    @Test
    void usesAnExpiredKeyIfReadingAnotherHangs() throws Exception {
        make(expiring("st-first", workers.wallNanos(), Duration.ofMinutes(1)));
        workers.freeze(Duration.ofMinutes(2));
        hangs = true;
        CompletableFuture<Connection> connecting = connector.connect();
        pass(Duration.ofMillis(2750));
        service.handshakes().get(0).answer();
        assertThat(connecting).isCompleted();
    }

    /** Advances the time with four beats a second: a longer pause would look like a suspension. */
    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            workers.pass(Duration.ofMillis(250));
            heartbeat.beat();
        }
    }

    private static void assertFailed(CompletableFuture<Connection> connecting, Reason reason) {
        assertThat(connecting).failsWithin(Duration.ZERO).withThrowableThat().havingCause()
                .isInstanceOfSatisfying(TaskFailedException.class, why -> assertThat(why.reason()).isEqualTo(reason));
    }
}
