package dev.warmvoice.speech;

import dev.warmvoice.time.Heartbeat;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The events of one utterance on their way from a connection's reader thread to one subscriber, in order and without a
 * copy. Thread-safe, does not block.
 *
 * <p>
 * When the subscriber does not keep up, {@link #hasRoom} says so, and nothing more is read from that one socket. At most
 * {@value #CAPACITY_BYTES} bytes wait here, and one frame. Signals are delivered one at a time, on the thread that causes
 * them, and never with a lock held.
 */
final class SpeechStream implements Flow.Publisher<SpeechEvent> {

    static final int CAPACITY_BYTES = 64 * 1024;

    private final Heartbeat time;
    private final Listener listener;
    // Guarded by this.
    private final Queue<SpeechEvent> events = new ArrayDeque<>();
    private int bytes;
    private final AudioTotal audio = new AudioTotal();
    private long demand;
    private boolean emitting;
    private boolean ended;
    private boolean over;
    private @Nullable SpeechException failure;
    private Flow.@Nullable Subscriber<? super SpeechEvent> subscriber;
    private volatile boolean full;
    private volatile long lastIn = Long.MIN_VALUE;
    private volatile long lastOut = Long.MIN_VALUE;

    /** Receives what the producer needs to know. */
    interface Listener {

        /** There is room again. */
        void onRoom();

        /** The subscriber wants no more. */
        void onCancel();

        /** The subscriber has taken everything but the end, which it receives right after this, or has cancelled. */
        void onOver();
    }

    SpeechStream(Heartbeat time, Listener listener) {
        this.time = time;
        this.listener = listener;
    }

    /** Whether there is room for another event. */
    boolean hasRoom() {
        return !full;
    }

    /** When something last came in, in terms of {@link Heartbeat#running}; far in the past if nothing has. */
    long lastIn() {
        return lastIn;
    }

    /** When something last went out to the subscriber, in the same terms. */
    long lastOut() {
        return lastOut;
    }

    /** How much audio has come in. */
    synchronized long audioBytes() {
        return audio.bytes();
    }

    /** The first four bytes of the audio; 0 without. */
    synchronized int audioHead() {
        return audio.head();
    }

    /** Adds an event, whether there is room for it or not. After the end it is dropped. */
    void put(SpeechEvent event) {
        lastIn = time.running();
        synchronized (this) {
            if (ended) {
                return;
            }
            if (event instanceof SpeechEvent.Audio frame) {
                audio.add(frame.frame());
            }
            bytes += event.weight();
            full = bytes >= CAPACITY_BYTES;
            events.add(event);
        }
        emit();
    }

    /** Completes the stream: the subscriber is told after the last event. */
    void complete(SpeechEvent last) {
        end(last, null);
    }

    /** Fails the stream: drops waiting events and tells the subscriber at once. */
    void fail(SpeechException why) {
        end(null, why);
    }

    private void end(@Nullable SpeechEvent last, @Nullable SpeechException why) {
        synchronized (this) {
            if (over) {
                return;
            }
            ended = true;
            full = false;
            failure = why;
            if (why != null) {
                events.clear();
            }
            if (last != null) {
                events.add(last);
            }
        }
        listener.onRoom();
        emit();
    }

    /**
     * @throws IllegalStateException for a second subscriber: events can be delivered only once
     */
    @Override
    public void subscribe(Flow.Subscriber<? super SpeechEvent> next) {
        synchronized (this) {
            if (subscriber != null) {
                throw new IllegalStateException("an utterance has one subscriber");
            }
            subscriber = next;
            emitting = true;
        }
        next.onSubscribe(new Subscription());
        emitted();
        emit();
    }

    private void emit() {
        for (SpeechEvent next = next(); next != null; next = next()) {
            subscriber().onNext(next);
            emitted();
        }
        if (claimEnd()) {
            deliverEnd();
        }
    }

    /** The event to deliver now, by this thread alone; null if there is none. */
    private @Nullable SpeechEvent next() {
        SpeechEvent next;
        boolean last;
        boolean roomAgain;
        synchronized (this) {
            if (emitting || subscriber == null || over || demand == 0 || events.isEmpty()) {
                return null;
            }
            emitting = true;
            demand--;
            next = events.remove();
            last = ended && events.isEmpty();
            bytes -= next.weight();
            roomAgain = full && bytes < CAPACITY_BYTES;
            full &= !roomAgain;
        }
        lastOut = time.running();
        if (roomAgain) {
            listener.onRoom();
        }
        if (last) {
            listener.onOver();
        }
        return next;
    }

    private synchronized void emitted() {
        emitting = false;
    }

    private synchronized boolean claimEnd() {
        if (emitting || subscriber == null || over || !ended || !events.isEmpty()) {
            return false;
        }
        over = true;
        return true;
    }

    private void deliverEnd() {
        SpeechException why = failure;
        if (why == null) {
            subscriber().onComplete();
        } else {
            listener.onOver();
            subscriber().onError(why);
        }
    }

    private Flow.Subscriber<? super SpeechEvent> subscriber() {
        return Objects.requireNonNull(subscriber, "nothing leaves before there is a subscriber");
    }

    private final class Subscription implements Flow.Subscription {

        @Override
        public void request(long n) {
            if (n <= 0) {
                fail(new SpeechException(SpeechException.Kind.CANCELLED, "the subscriber asked for nothing"));
                return;
            }
            synchronized (SpeechStream.this) {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            emit();
        }

        @Override
        public void cancel() {
            synchronized (SpeechStream.this) {
                if (over) {
                    return;
                }
                over = true;
                ended = true;
                full = false;
                events.clear();
            }
            listener.onRoom();
            listener.onCancel();
            listener.onOver();
        }
    }
}
