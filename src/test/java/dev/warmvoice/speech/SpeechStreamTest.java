package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SpeechStreamTest {

    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger overs = new AtomicInteger();
    private final SpeechStream stream = new SpeechStream(cancels::incrementAndGet, overs::incrementAndGet);

    @Test
    void deliversInOrderAndThenTheEnd() {
        Listener listener = new Listener(Long.MAX_VALUE);
        stream.put(frame(1));
        stream.subscribe(listener);
        stream.put(frame(2));
        stream.complete(new SpeechEvent.Done(0));
        assertThat(listener.sizes).containsExactly(1, 2);
        assertThat(listener.ends).containsExactly("complete");
        assertThat(overs).hasValue(1);
    }

    @Test
    void deliversNoMoreThanWasAskedFor() {
        Listener listener = new Listener(2);
        stream.subscribe(listener);
        for (int i = 1; i <= 3; i++) {
            stream.put(frame(i));
        }
        stream.complete(new SpeechEvent.Done(0));
        assertThat(listener.sizes).containsExactly(1, 2);
        assertThat(listener.ends).isEmpty();
        listener.subscription.request(2);
        assertThat(listener.sizes).containsExactly(1, 2, 3);
        assertThat(listener.ends).containsExactly("complete");
    }

    @Test
    void blocksTheReaderWhenTheSubscriberDoesNotKeepUp() {
        Listener listener = new Listener(0);
        stream.subscribe(listener);
        AtomicInteger put = new AtomicInteger();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 40; i++) {
                stream.put(frame(4096));
                put.incrementAndGet();
            }
        });
        await().until(stream::isBlocked);
        assertThat(put).hasValue(SpeechStream.CAPACITY_BYTES / 4096);
        listener.subscription.request(10);
        await().untilAtomic(put, equalTo(SpeechStream.CAPACITY_BYTES / 4096 + 10));
        assertThat(reader).isNotDone();
        listener.subscription.request(Long.MAX_VALUE);
        reader.join();
        assertThat(listener.sizes).hasSize(40);
    }

    @Test
    void takesAFrameThatIsLargerThanItsCapacity() {
        Listener listener = new Listener(Long.MAX_VALUE);
        stream.subscribe(listener);
        stream.put(frame(SpeechStream.CAPACITY_BYTES * 3));
        assertThat(listener.sizes).containsExactly(SpeechStream.CAPACITY_BYTES * 3);
    }

    @Test
    void completingNeverBlocksTheReader() {
        stream.subscribe(new Listener(0));
        stream.put(frame(SpeechStream.CAPACITY_BYTES * 3));
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> stream.complete(new SpeechEvent.Done(1)));
        await().until(reader::isDone);
    }

    @Test
    void failureReleasesTheReaderAndDropsWhatWaits() {
        Listener listener = new Listener(1);
        stream.subscribe(listener);
        CompletableFuture<Void> reader = blockedReader();
        stream.fail(new SpeechException(SpeechException.Kind.UPSTREAM, "broken"));
        reader.join();
        assertThat(listener.sizes).hasSize(1);
        assertThat(listener.ends).containsExactly("broken");
    }

    @Test
    void cancellingReleasesTheReaderAndSaysNothingMore() {
        Listener listener = new Listener(1);
        stream.subscribe(listener);
        CompletableFuture<Void> reader = blockedReader();
        listener.subscription.cancel();
        listener.subscription.cancel();
        reader.join();
        stream.complete(new SpeechEvent.Done(0));
        assertThat(listener.ends).isEmpty();
        assertThat(cancels).hasValue(1);
        assertThat(overs).hasValue(1);
    }

    @Test
    void canFailWhileTheRestOfACompleteStreamIsNotTaken() {
        Listener listener = new Listener(0);
        stream.subscribe(listener);
        stream.put(frame(1));
        stream.complete(new SpeechEvent.Done(0));
        stream.fail(new SpeechException(SpeechException.Kind.STALL_TIMEOUT, "too slow"));
        assertThat(listener.ends).containsExactly("too slow");
    }

    @Test
    void canBeHadOnce() {
        stream.subscribe(new Listener(1));
        assertThatThrownBy(() -> stream.subscribe(new Listener(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsTheOrderWhenFramesAndDemandMeet() {
        Listener listener = new Listener(1) {

            @Override
            public void onNext(SpeechEvent event) {
                super.onNext(event);
                CompletableFuture.runAsync(() -> subscription.request(1));
            }
        };
        stream.subscribe(listener);
        for (int i = 1; i <= 5000; i++) {
            stream.put(frame(i % 100 + 1));
        }
        stream.complete(new SpeechEvent.Done(0));
        await().until(() -> !listener.ends.isEmpty());
        assertThat(listener.sizes).hasSize(5000);
        for (int i = 1; i <= 5000; i++) {
            assertThat(listener.sizes.get(i - 1)).isEqualTo(i % 100 + 1);
        }
        assertThat(listener.together).as("signals at the same time").isZero();
    }

    /** Somebody who wants to put more than there is room for, and waits. */
    private CompletableFuture<Void> blockedReader() {
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 40; i++) {
                stream.put(frame(4096));
            }
        });
        await().until(stream::isBlocked);
        return reader;
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
                sizes.add(event.weight());
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
