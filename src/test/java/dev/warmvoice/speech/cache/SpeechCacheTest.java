package dev.warmvoice.speech.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.dashscope.ManualConnector;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.ManualPool;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Reuse.Kind;
import dev.warmvoice.speech.SimulatedSpeech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechTracer;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.TaskConfig;
import dev.warmvoice.time.ManualWorkers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is spoken once and played often, on a clock and a service that the test controls. */
@Timeout(10)
class SpeechCacheTest {

    private static final int FRAME = 4000;
    private static final String TEXT = "Good morning.";
    private static final String SCOPE = "alice";
    private static final Duration STALL = Duration.ofSeconds(10);

    private final ManualWorkers workers = new ManualWorkers();
    private final ManualConnector connector = new ManualConnector();
    private final ManualPool pool = new ManualPool(connector, workers, 4, 1000);
    private SimpleMeterRegistry registry;
    private SpeechCache cache = cache(1_000_000);

    private SpeechCache cache(int bytes) {
        return cache(bytes, Duration.ofHours(1));
    }

    private SpeechCache cache(int bytes, Duration ttl) {
        Limits limits = new Limits();
        registry = new SimpleMeterRegistry();
        return new SpeechCache(SimulatedSpeech.service(pool.pool(), pool.rate(), limits, workers, pool.heartbeat()),
                new Settings(bytes, ttl, 100), new EntryKeys(Secrets.random().keys(), List.of("wss://one")),
                Optional.empty(),
                new Replay.Pace(STALL, pool.heartbeat(), workers), new CacheMetrics(registry), SpeechTracer.off());
    }

    private record Settings(int sizeBytes, Duration ttl, int maxText) implements CacheConfig {

        @Override
        public Optional<String> preload() {
            return Optional.empty();
        }

        @Override
        public Optional<String> shared() {
            return Optional.empty();
        }

        @Override
        public Duration sharedTimeout() {
            return Duration.ofMillis(50);
        }

        @Override
        public Optional<String> secret() {
            return Optional.empty();
        }
    }

    private record Limits() implements TaskConfig {

        @Override
        public Duration connectTimeout() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Duration startTimeout() {
            return Duration.ofSeconds(3);
        }

        @Override
        public Duration firstAudioTimeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Duration stallTimeout() {
            return STALL;
        }

        @Override
        public Duration textTimeout() {
            return Duration.ofSeconds(20);
        }
    }

    @BeforeEach
    void warmUp() {
        workers.run();
        connector.answerAll();
        workers.run();
    }

    @Test
    void theSameTextIsSpokenOnce() {
        Client first = speak();
        finishTask();
        pool.pass(Duration.ofSeconds(90));
        Client second = speak();
        assertThat(first.kind()).isEqualTo(Kind.MISS);
        assertThat(second.kind()).isEqualTo(Kind.HIT);
        assertThat(second.playback.speech().toCompletableFuture().join().reuse().age()).hasSeconds(90);
        assertThat(second.audio).isEqualTo(first.audio).hasSize(2 * FRAME);
        assertThat(second.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(1);
        assertThat(pool.active()).isZero();
    }

    @Test
    void whatIsPlayedAgainIsNotBilled() {
        Client first = speak();
        finishTask();
        Client second = speak();
        assertThat(first.playback.isBilled()).isTrue();
        assertThat(first.playback.result().toCompletableFuture().join().characters()).isEqualTo(1);
        assertThat(second.playback.isBilled()).isFalse();
        assertThat(second.playback.result().toCompletableFuture().join().characters()).isZero();
        assertThat(second.done.characters()).isZero();
    }

    @Test
    void clientsOfTheSameTextShareOneTask() {
        Client first = speak();
        connector.lastTask().started().audio(FRAME);
        Client late = speak();
        assertThat(late.kind()).isEqualTo(Kind.SHARED);
        assertThat(late.audio).as("what was there already").hasSize(FRAME);
        connector.lastTask().audio(FRAME).finished();
        assertThat(first.audio).hasSize(2 * FRAME);
        assertThat(late.audio).isEqualTo(first.audio);
        assertThat(late.end).isEqualTo("complete");
        assertThat(connector.tasks()).isEqualTo(1);
    }

    @Test
    void aClientThatReadsSlowlySlowsNoOther() {
        Client slow = new Client(cache.speak(request(TEXT), CacheUse.ANY, SCOPE), 0);
        workers.run();
        Client fast = speak();
        for (int i = 0; i < 100; i++) {
            connector.lastTask().started().audio(FRAME);
        }
        connector.lastTask().finished();
        assertThat(connector.lastTask().hasRoom()).isTrue();
        assertThat(fast.end).isEqualTo("complete");
        assertThat(slow.audio).isEmpty();
        slow.subscription.request(Long.MAX_VALUE);
        assertThat(slow.audio).isEqualTo(fast.audio);
        assertThat(slow.end).isEqualTo("complete");
    }

    @Test
    void aClientThatReadsNothingIsEnded() {
        Client client = new Client(cache.speak(request(TEXT), CacheUse.ANY, SCOPE), 1);
        workers.run();
        finishTask();
        pool.pass(STALL.minusSeconds(1));
        client.playback.clientProgressed();
        pool.pass(STALL.minusSeconds(1));
        assertThat(client.end).isNull();
        pool.pass(Duration.ofSeconds(3));
        assertThat(client.failure()).isEqualTo(SpeechException.Kind.STALL_TIMEOUT);
        assertThat(client.playback.over()).isCompleted();
        assertThat(speak().kind()).as("it was complete").isEqualTo(Kind.HIT);
    }

    @Test
    void aClientThatLeavesDoesNotEndItForOthers() {
        Client first = speak();
        Client second = speak();
        connector.lastTask().started().audio(FRAME);
        first.playback.cancel();
        assertThat(connector.lastTask().isCancelled()).isFalse();
        connector.lastTask().audio(FRAME).finished();
        assertThat(second.end).isEqualTo("complete");
        assertThat(first.failure()).isEqualTo(SpeechException.Kind.CANCELLED);
    }

    @Test
    void theLastClientThatLeavesStopsTheTask() {
        Client first = speak();
        Client second = speak();
        connector.lastTask().started().audio(FRAME);
        first.playback.cancel();
        second.subscription.cancel();
        assertThat(connector.lastTask().isCancelled()).isTrue();
        connector.lastTask().stopped();
        Client third = speak();
        assertThat(third.kind()).isEqualTo(Kind.MISS);
        assertThat(connector.tasks()).isEqualTo(2);
        third.playback.cancel();
        connector.lastTask().stopped();
        assertThat(pool.active()).isZero();
    }

    @Test
    void aFailureReachesAllClientsAndIsNotKept() {
        Client first = speak();
        Client second = speak();
        connector.lastTask().started().audio(FRAME).fail(Reason.SERVICE);
        assertThat(first.failure()).isEqualTo(SpeechException.Kind.UPSTREAM);
        assertThat(second.failure()).isEqualTo(SpeechException.Kind.UPSTREAM);
        workers.run();
        connector.answerAll();
        assertThat(speak().kind()).isEqualTo(Kind.MISS);
    }

    @Test
    void aFailureBeforeTheAudioReachesAllClients() {
        Client first = speak();
        Client second = speak();
        for (int i = 0; i < 2; i++) {
            connector.lastTask().fail(Reason.SERVICE);
            workers.run();
            connector.answerAll();
            workers.run();
        }
        assertThat(first.failure()).isEqualTo(SpeechException.Kind.UPSTREAM);
        assertThat(second.failure()).isEqualTo(SpeechException.Kind.UPSTREAM);
        assertThat(second.playback.over()).isCompleted();
    }

    @Test
    void anotherScopeHasItsOwn() {
        speak();
        finishTask();
        assertThat(new Client(cache.speak(request(TEXT), CacheUse.ANY, "bob"), 1).playback.isBilled()).isTrue();
        workers.run();
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void keysDifferBySecretScopeAndPlace() {
        Secrets secrets = Secrets.of("sixteen letters or more");
        SpeechRequest request = request(TEXT);
        EntryKey key = new EntryKeys(secrets.keys(), List.of("wss://one")).of(request, SCOPE);
        assertThat(new EntryKeys(secrets.keys(), List.of("wss://one")).of(request, SCOPE)).isEqualTo(key);
        assertThat(new EntryKeys(secrets.keys(), List.of("wss://two")).of(request, SCOPE)).isNotEqualTo(key);
        assertThat(new EntryKeys(Secrets.random().keys(), List.of("wss://one")).of(request, SCOPE)).isNotEqualTo(key);
        assertThat(new EntryKeys(secrets.keys(), List.of("wss://one")).of(request, "bob")).isNotEqualTo(key);
        assertThat(new EntryKeys(secrets.keys(), List.of("wss://one")).of(request("Good evening."), SCOPE))
                .isNotEqualTo(key);
    }

    @Test
    void noStoreNeitherUsesNorKeeps() {
        speak(CacheUse.NONE);
        finishTask();
        Client second = speak();
        assertThat(second.kind()).isEqualTo(Kind.MISS);
        finishTask();
        Client third = speak(CacheUse.NONE);
        finishTask();
        assertThat(third.playback.speech().toCompletableFuture().join().reuse()).isNull();
        assertThat(connector.tasks()).isEqualTo(3);
    }

    @Test
    void noCacheReplacesWhatWasKept() {
        speak();
        finishTask();
        Client second = speak(CacheUse.REFRESH);
        assertThat(second.playback.isBilled()).isTrue();
        connector.lastTask().started().audio(FRAME).finished();
        assertThat(speak().audio).hasSize(FRAME);
        assertThat(connector.tasks()).isEqualTo(2);
    }

    @Test
    void aLongTextIsNotKept() {
        String text = "a".repeat(101);
        for (int i = 1; i <= 2; i++) {
            new Client(cache.speak(request(text), CacheUse.ANY, SCOPE), Long.MAX_VALUE);
            workers.run();
            finishTask();
            assertThat(connector.tasks()).isEqualTo(i);
        }
    }

    @Test
    void anEntryExpires() {
        cache = cache(1_000_000, Duration.ofSeconds(20));
        speak();
        finishTask();
        pool.pass(Duration.ofSeconds(19));
        assertThat(speak().kind()).isEqualTo(Kind.HIT);
        pool.pass(Duration.ofSeconds(1));
        assertThat(speak().kind()).isEqualTo(Kind.MISS);
    }

    @Test
    void theMemoryIsBounded() {
        cache = cache(50_000);
        for (int i = 0; i < 50; i++) {
            new Client(cache.speak(request("Number " + i), CacheUse.ANY, SCOPE), Long.MAX_VALUE);
            workers.run();
            finishTask();
        }
        assertThat(registry.get("warmvoice.cache.bytes").gauge().value()).isBetween(20_000.0, 50_000.0);
        assertThat(registry.get("warmvoice.cache.entries").gauge().value()).isBetween(2.0, 6.0);
    }

    @Test
    void withoutItEachIsSpoken() {
        cache = cache(0);
        for (int i = 1; i <= 2; i++) {
            Client client = speak();
            finishTask();
            assertThat(client.playback.speech().toCompletableFuture().join().reuse()).isNull();
            assertThat(connector.tasks()).isEqualTo(i);
        }
    }

    @Test
    void aSecondSubscriberIsRefused() {
        Client client = speak();
        connector.lastTask().started().audio(FRAME);
        Flow.Publisher<SpeechEvent> events = client.playback.speech().toCompletableFuture().join().events();
        assertThatThrownBy(() -> events.subscribe(client)).isInstanceOf(IllegalStateException.class);
    }

    private Client speak() {
        return speak(CacheUse.ANY);
    }

    private Client speak(CacheUse use) {
        Client client = new Client(cache.speak(request(TEXT), use, SCOPE), Long.MAX_VALUE);
        workers.run();
        return client;
    }

    private static SpeechRequest request(String text) {
        return SimulatedSpeech.request(SpokenText.plain(text), 0, false);
    }

    private void finishTask() {
        connector.lastTask().started().audio(FRAME).audio(FRAME).finished();
        workers.run();
    }

    private static final class Client implements Flow.Subscriber<SpeechEvent> {

        private final Playback playback;
        private final long demand;
        private final List<Byte> audio = new ArrayList<>();
        private Flow.Subscription subscription;
        private SpeechEvent.Done done;
        private String end;
        private Throwable failure;

        Client(Playback playback, long demand) {
            this.playback = playback;
            this.demand = demand;
            playback.speech().whenComplete((speech, why) -> {
                if (why == null) {
                    speech.events().subscribe(this);
                } else {
                    onError(why);
                }
            });
        }

        Kind kind() {
            return playback.speech().toCompletableFuture().getNow(null) == null
                    ? (playback.isBilled() ? Kind.MISS : Kind.SHARED)
                    : playback.speech().toCompletableFuture().join().reuse().kind();
        }

        SpeechException.Kind failure() {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return ((SpeechException) cause).kind();
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            if (demand > 0) {
                to.request(demand);
            }
        }

        @Override
        public void onNext(SpeechEvent event) {
            if (event instanceof SpeechEvent.Audio frame) {
                while (frame.frame().hasRemaining()) {
                    audio.add(frame.frame().get());
                }
            } else if (event instanceof SpeechEvent.Done last) {
                done = last;
            }
        }

        @Override
        public void onError(Throwable why) {
            assertThat(end).as("the only end").isNull();
            failure = why;
            end = why.getMessage();
        }

        @Override
        public void onComplete() {
            assertThat(end).as("the only end").isNull();
            end = "complete";
        }
    }
}
