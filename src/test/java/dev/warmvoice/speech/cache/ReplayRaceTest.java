package dev.warmvoice.speech.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Reuse.Kind;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.ManualWorkers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that come, read and leave on their own threads while another one records. */
@Tag("threads")
@Timeout(60)
class ReplayRaceTest {

    private static final int ROUNDS = 400;
    private static final int CLIENTS = 6;
    private static final int EVENTS = 40;

    private final Replay.Pace pace = new Replay.Pace(Duration.ofSeconds(10),
            new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)), new ManualWorkers());

    @Test
    void eachHearsAllInOrderOrIsTold() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                play(round, threads);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void play(int round, ExecutorService threads) throws Exception {
        boolean fails = round % 4 == 3;
        AtomicInteger ends = new AtomicInteger();
        Recording recording = new Recording(ended -> ends.incrementAndGet(), System::nanoTime);
        Source source = new Source();
        Reader first = new Reader(new Replay(recording, "model", Kind.MISS, pace), new Random(round), false);
        assertThat(recording.join((Replay) first.playback)).isTrue();
        List<Reader> readers = new ArrayList<>(List.of(first));
        recording.record(source);
        List<Future<Optional<Reader>>> others = new ArrayList<>();
        Future<?> recorder = threads.submit(() -> source.run(fails));
        for (int i = 1; i < CLIENTS; i++) {
            Random random = new Random(round * 31L + i);
            others.add(threads.submit(() -> {
                Replay player = new Replay(recording, "model", Kind.SHARED, pace);
                Reader reader = new Reader(player, random, random.nextInt(3) == 0);
                return recording.join(player) ? Optional.of(reader) : Optional.empty();
            }));
        }
        recorder.get();
        for (Future<Optional<Reader>> other : others) {
            other.get().ifPresent(readers::add);
        }
        readers.forEach(reader -> reader.assertWhole(fails));
        assertThat(ends).hasValue(1);
    }

    /** Numbered events, then the end. */
    private static final class Source implements Playback {

        private final CompletableFuture<Speech> speech = new CompletableFuture<>();
        private Flow.Subscriber<? super SpeechEvent> subscriber;

        void run(boolean fails) {
            speech.complete(new Speech("task", AudioFormat.MP3, true, Duration.ZERO, Duration.ZERO, Duration.ZERO, null,
                    null, to -> {
                        subscriber = to;
                        to.onSubscribe(new Flow.Subscription() {

                            @Override
                            public void request(long n) {
                                assertThat(n).isEqualTo(Long.MAX_VALUE);
                            }

                            @Override
                            public void cancel() {
                                throw new AssertionError("the first client stays");
                            }
                        });
                    }));
            for (int i = 0; i < EVENTS; i++) {
                subscriber.onNext(new SpeechEvent.Audio(ByteBuffer.allocate(Integer.BYTES).putInt(0, i)));
            }
            if (fails) {
                subscriber.onError(new SpeechException(SpeechException.Kind.UPSTREAM, "broke off"));
            } else {
                subscriber.onNext(new SpeechEvent.Done(EVENTS, 0, 0));
                subscriber.onComplete();
            }
        }

        @Override
        public CompletionStage<Speech> speech() {
            return speech;
        }

        @Override
        public CompletionStage<Void> over() {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<SpeechEvent.Done> result() {
            return new CompletableFuture<>();
        }

        @Override
        public boolean hasAudio() {
            return true;
        }

        @Override
        public long audioBytes() {
            return 0;
        }

        @Override
        public int audioHead() {
            return 0;
        }

        @Override
        public Optional<String> taskId() {
            return Optional.of("task");
        }

        @Override
        public String model() {
            return "model";
        }

        @Override
        public Optional<String> upstream() {
            return Optional.empty();
        }

        @Override
        public void cancel() {
            throw new AssertionError("the first client stays");
        }

        @Override
        public void clientProgressed() {
            // Nothing waits for it.
        }
    }

    /** Asks for a few events at a time. */
    private static final class Reader implements Flow.Subscriber<SpeechEvent> {

        private final Playback playback;
        private final Random random;
        private final boolean leaves;
        private final List<Integer> heard = new ArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private Flow.Subscription subscription;

        Reader(Playback playback, Random random, boolean leaves) {
            this.playback = playback;
            this.random = random;
            this.leaves = leaves;
            playback.speech().whenComplete((speech, failure) -> {
                if (failure == null) {
                    speech.events().subscribe(this);
                } else {
                    end.complete("failed");
                }
            });
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            to.request(1);
        }

        @Override
        public void onNext(SpeechEvent event) {
            assertThat(inside.incrementAndGet()).as("signals at a time").isEqualTo(1);
            if (event instanceof SpeechEvent.Audio audio) {
                heard.add(audio.frame().getInt());
            }
            boolean isLast = leaves && heard.size() == EVENTS / 2;
            inside.decrementAndGet();
            if (isLast) {
                subscription.cancel();
                end.complete("left");
            } else {
                subscription.request(1 + random.nextInt(3));
            }
        }

        @Override
        public void onError(Throwable failure) {
            assertThat(end.complete("failed")).as("the only end").isTrue();
        }

        @Override
        public void onComplete() {
            assertThat(end.complete("complete")).as("the only end").isTrue();
        }

        void assertWhole(boolean fails) {
            String how = end.join();
            for (int i = 0; i < heard.size(); i++) {
                assertThat(heard.get(i)).isEqualTo(i);
            }
            if (how.equals("complete")) {
                assertThat(heard).hasSize(EVENTS);
            }
            assertThat(how).isIn(fails ? List.of("failed", "left") : List.of("complete", "left"));
            assertThat(playback.result().toCompletableFuture().isDone()).isTrue();
            assertThat(playback.over().toCompletableFuture().isDone()).isTrue();
        }
    }
}
