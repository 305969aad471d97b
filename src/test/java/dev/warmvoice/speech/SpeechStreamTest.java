package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SpeechStreamTest {

    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger overs = new AtomicInteger();
    private final AtomicInteger rooms = new AtomicInteger();
    private final SpeechStream stream = new SpeechStream(new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)),
            new SpeechStream.Listener() {

                @Override
                public void onRoom() {
                    rooms.incrementAndGet();
                }

                @Override
                public void onCancel() {
                    cancels.incrementAndGet();
                }

                @Override
                public void onOver() {
                    overs.incrementAndGet();
                }
            });

    @Test
    void deliversInOrderAndThenTheEnd() {
        Listener listener = new Listener(Long.MAX_VALUE);
        stream.put(frame(1));
        stream.subscribe(listener);
        stream.put(frame(2));
        stream.complete(new SpeechEvent.Done(0, 0, 0));
        assertThat(listener.sizes).containsExactly(1, 2);
        assertThat(listener.ends).containsExactly("complete");
        assertThat(overs).hasValue(1);
    }

    @Test
    void deliversAtMostTheDemand() {
        Listener listener = new Listener(2);
        stream.subscribe(listener);
        for (int i = 1; i <= 3; i++) {
            stream.put(frame(i));
        }
        stream.complete(new SpeechEvent.Done(0, 0, 0));
        assertThat(listener.sizes).containsExactly(1, 2);
        assertThat(listener.ends).isEmpty();
        listener.subscription.request(2);
        assertThat(listener.sizes).containsExactly(1, 2, 3);
        assertThat(listener.ends).containsExactly("complete");
    }

    @Test
    void slowSubscriberCausesBackPressure() {
        Listener listener = new Listener(0);
        stream.subscribe(listener);
        int put = putUntilFull();
        assertThat(put).isEqualTo(SpeechStream.CAPACITY_BYTES / 4096);
        assertThat(rooms).hasValue(0);
        listener.subscription.request(1);
        assertThat(stream.hasRoom()).isTrue();
        assertThat(rooms).hasValue(1);
        stream.put(frame(4096));
        assertThat(stream.hasRoom()).isFalse();
        listener.subscription.request(Long.MAX_VALUE);
        assertThat(listener.sizes).hasSize(put + 1);
    }

    @Test
    void acceptsAFrameLargerThanItsCapacity() {
        Listener listener = new Listener(Long.MAX_VALUE);
        stream.subscribe(listener);
        stream.put(frame(SpeechStream.CAPACITY_BYTES * 3));
        assertThat(listener.sizes).containsExactly(SpeechStream.CAPACITY_BYTES * 3);
    }

    @Test
    void failureDropsPendingFrames() {
        Listener listener = new Listener(1);
        stream.subscribe(listener);
        putUntilFull();
        stream.fail(new SpeechException(SpeechException.Kind.UPSTREAM, "broken"));
        assertThat(stream.hasRoom()).isTrue();
        assertThat(rooms.get()).isPositive();
        assertThat(listener.sizes).hasSize(1);
        assertThat(listener.ends).containsExactly("broken");
    }

    @Test
    void cancelDropsPendingFramesWithoutASignal() {
        Listener listener = new Listener(1);
        stream.subscribe(listener);
        putUntilFull();
        listener.subscription.cancel();
        listener.subscription.cancel();
        assertThat(stream.hasRoom()).isTrue();
        assertThat(rooms.get()).isPositive();
        stream.put(frame(1));
        stream.complete(new SpeechEvent.Done(0, 0, 0));
        assertThat(listener.ends).isEmpty();
        assertThat(cancels).hasValue(1);
        assertThat(overs).hasValue(1);
    }

    @Test
    void completeStreamCanFailBeforeItIsRead() {
        Listener listener = new Listener(0);
        stream.subscribe(listener);
        stream.put(frame(1));
        stream.complete(new SpeechEvent.Done(0, 0, 0));
        stream.fail(new SpeechException(SpeechException.Kind.STALL_TIMEOUT, "too slow"));
        assertThat(listener.ends).containsExactly("too slow");
    }

    @Test
    void allowsOneSubscriber() {
        stream.subscribe(new Listener(1));
        assertThatThrownBy(() -> stream.subscribe(new Listener(1))).isInstanceOf(IllegalStateException.class);
    }

    @Tag("threads")
    @Test
    void keepsTheOrderUnderConcurrentDemand() {
        Listener listener = new Listener(1) {

            @Override
            public void onNext(SpeechEvent event) {
                super.onNext(event);
                CompletableFuture.runAsync(() -> subscription.request(1));
            }
        };
        stream.subscribe(listener);
        for (int i = 1; i <= 1000; i++) {
            stream.put(frame(i % 100 + 1));
        }
        stream.complete(new SpeechEvent.Done(0, 0, 0));
        await().until(() -> !listener.ends.isEmpty());
        assertThat(listener.sizes).hasSize(1000);
        for (int i = 1; i <= 1000; i++) {
            assertThat(listener.sizes.get(i - 1)).isEqualTo(i % 100 + 1);
        }
        assertThat(listener.together).as("signals at the same time").isZero();
    }

    private int putUntilFull() {
        int put = 0;
        for (; stream.hasRoom(); put++) {
            stream.put(frame(4096));
        }
        return put;
    }

    private static SpeechEvent frame(int size) {
        return new SpeechEvent.Audio(ByteBuffer.allocate(size).asReadOnlyBuffer());
    }

    private static class Listener implements Flow.Subscriber<SpeechEvent> {

        final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        final List<String> ends = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger inside = new AtomicInteger();
        private final long first;
        volatile int together;
        volatile Flow.Subscription subscription;

        Listener(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            if (first > 0) {
                to.request(first);
            }
        }

        @Override
        public void onNext(SpeechEvent event) {
            if (inside.incrementAndGet() > 1) {
                together++;
            }
            if (event instanceof SpeechEvent.Audio) {
                sizes.add(((SpeechEvent.Audio) event).frame().remaining());
            }
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(failure.getMessage());
        }

        @Override
        public void onComplete() {
            ends.add("complete");
        }
    }
}
