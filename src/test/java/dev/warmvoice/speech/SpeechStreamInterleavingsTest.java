package dev.warmvoice.speech;

import static dev.warmvoice.testing.Interleavings.require;
import static dev.warmvoice.testing.Interleavings.together;

import dev.warmvoice.testing.Interleavings;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.SetClocks;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SpeechStreamInterleavingsTest {

    @Test
    void deliversInOrderUnderConcurrentDemand() {
        Interleavings.explore(() -> {
            Stream it = new Stream();
            it.stream.subscribe(it);
            together(() -> {
                it.stream.put(frame(1));
                it.stream.put(frame(2));
                it.stream.complete(new SpeechEvent.Done(3, 0, 0));
            }, () -> {
                it.subscription.request(1);
                it.subscription.request(2);
            });
            require(it.seen.equals(List.of("1", "2", "done", "complete")), it.seen.toString());
            require(it.overs.get() == 1, it.overs + " ends");
        });
    }

    @Test
    void failureRacingOtherEventsIsTheEnd() {
        Interleavings.explore(() -> {
            Stream it = new Stream();
            it.stream.subscribe(it);
            together(() -> it.stream.put(frame(1)), () -> it.subscription.request(1),
                    () -> it.stream.fail(new SpeechException(SpeechException.Kind.UPSTREAM, "broken")));
            require(it.seen.equals(List.of("broken")) || it.seen.equals(List.of("1", "broken")), it.seen.toString());
        });
    }

    @Test
    void emptyStreamHasRoom() {
        Interleavings.explore(() -> {
            Stream it = new Stream();
            it.stream.subscribe(it);
            it.stream.put(frame(SpeechStream.CAPACITY_BYTES - 1));
            together(() -> it.stream.put(frame(200)), () -> it.subscription.request(2));
            require(it.stream.hasRoom(), "an empty stream has no room");
        });
    }

    @Test
    void concurrentSubscriberGetsTheEvent() {
        Interleavings.explore(() -> {
            Stream it = new Stream();
            together(() -> it.stream.subscribe(it), () -> it.stream.put(frame(1)));
            it.subscription.request(1);
            require(it.seen.equals(List.of("1")), it.seen.toString());
        });
    }

    private static SpeechEvent frame(int bytes) {
        return new SpeechEvent.Audio(ByteBuffer.allocate(bytes));
    }

    private static final class Stream implements Flow.Subscriber<SpeechEvent>, SpeechStream.Listener {

        private final SpeechStream stream = new SpeechStream(new Heartbeat(new SetClocks(), Duration.ofSeconds(2)),
                this);
        private final List<String> seen = new ArrayList<>();
        private final AtomicInteger overs = new AtomicInteger();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
        }

        @Override
        public void onNext(SpeechEvent event) {
            seen.add(event instanceof SpeechEvent.Audio audio ? Integer.toString(audio.frame().remaining()) : "done");
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(failure.getMessage());
        }

        @Override
        public void onComplete() {
            seen.add("complete");
        }

        @Override
        public void onRoom() {
            // No test waits for room.
        }

        @Override
        public void onCancel() {
            throw new AssertionError("unexpected cancel");
        }

        @Override
        public void onOver() {
            overs.incrementAndGet();
        }
    }
}
