package dev.warmvoice.speech;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What comes back of one utterance, on its way from a connection's reader thread to one subscriber, in order, without a copy.
 *
 * <p>
 * When the subscriber does not keep up, {@link #put} blocks, and with it the reading from that one socket. At most
 * {@value #CAPACITY_BYTES} bytes wait here, or a single frame that is larger. Signals are delivered one at a time, on
 * the thread that causes them, and never with a lock held.
 */
final class SpeechStream implements Flow.Publisher<SpeechEvent> {

    static final int CAPACITY_BYTES = 64 * 1024;

    private final Runnable onCancel;
    private final Runnable onOver;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomOrEnd = lock.newCondition();
    private final Queue<SpeechEvent> events = new ArrayDeque<>();
    private int bytes;
    private long demand;
    private boolean emitting;
    private boolean ended;
    private boolean over;
    private SpeechException failure;
    private Flow.Subscriber<? super SpeechEvent> subscriber;
    private volatile long lastProgressNanos = System.nanoTime();
    private volatile boolean blocked;

    /**
     * @param onCancel what to do when the subscriber wants no more
     * @param onOver what to do when the subscriber has taken everything but the end, of which he hears right after, or
     *            has cancelled
     */
    SpeechStream(Runnable onCancel, Runnable onOver) {
        this.onCancel = onCancel;
        this.onOver = onOver;
    }

    /** When something last came in or went out, in terms of {@link System#nanoTime}. */
    long lastProgressNanos() {
        return lastProgressNanos;
    }

    /** Whether it is the subscriber that everything waits for. */
    boolean isBlocked() {
        return blocked;
    }

    /** Adds an event; blocks while there is no room for it. After the end it is dropped. */
    void put(SpeechEvent event) {
        lastProgressNanos = System.nanoTime();
        lock.lock();
        try {
            while (!ended && bytes > 0 && bytes + event.weight() > CAPACITY_BYTES) {
                blocked = true;
                roomOrEnd.awaitUninterruptibly();
            }
            blocked = false;
            if (ended) {
                return;
            }
            bytes += event.weight();
            events.add(event);
        } finally {
            lock.unlock();
        }
        emit();
    }

    /**
     * It is complete; the subscriber hears so after the last event. Never blocks: the connection may be another task's
     * by now.
     */
    void complete(SpeechEvent last) {
        end(last, null);
    }

    /** There will be no more: what waits is dropped, the subscriber hears of the failure at once. */
    void fail(SpeechException why) {
        end(null, why);
    }

    private void end(SpeechEvent last, SpeechException why) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            ended = true;
            failure = why;
            if (why != null) {
                events.clear();
            } else {
                events.add(last);
            }
            roomOrEnd.signalAll();
        } finally {
            lock.unlock();
        }
        emit();
    }

    /**
     * @throws IllegalStateException for a second subscriber: what comes back is there once
     */
    @Override
    public void subscribe(Flow.Subscriber<? super SpeechEvent> next) {
        lock.lock();
        try {
            if (subscriber != null) {
                throw new IllegalStateException("an utterance can be heard once");
            }
            subscriber = next;
            emitting = true;
        } finally {
            lock.unlock();
        }
        next.onSubscribe(new Subscription());
        lock.lock();
        try {
            emitting = false;
        } finally {
            lock.unlock();
        }
        emit();
    }

    private void emit() {
        while (true) {
            SpeechEvent next;
            boolean last;
            lock.lock();
            try {
                if (emitting || subscriber == null || over) {
                    return;
                }
                over = ended && events.isEmpty();
                if (!over && (demand == 0 || events.isEmpty())) {
                    return;
                }
                emitting = true;
                if (over) {
                    next = null;
                    last = failure != null;
                } else {
                    demand--;
                    next = events.remove();
                    last = ended && events.isEmpty();
                    bytes -= next.weight();
                    roomOrEnd.signal();
                }
            } finally {
                lock.unlock();
            }
            if (last) {
                onOver.run();
            }
            if (next == null) {
                if (failure == null) {
                    subscriber.onComplete();
                } else {
                    subscriber.onError(failure);
                }
                return;
            }
            lastProgressNanos = System.nanoTime();
            subscriber.onNext(next);
            lock.lock();
            try {
                emitting = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private final class Subscription implements Flow.Subscription {

        @Override
        public void request(long n) {
            if (n <= 0) {
                fail(new SpeechException(SpeechException.Kind.CANCELLED, "the subscriber asked for nothing"));
                return;
            }
            lock.lock();
            try {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            } finally {
                lock.unlock();
            }
            emit();
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                if (over) {
                    return;
                }
                over = true;
                ended = true;
                events.clear();
                roomOrEnd.signalAll();
            } finally {
                lock.unlock();
            }
            onCancel.run();
            onOver.run();
        }
    }
}
