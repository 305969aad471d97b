package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Reuse;
import dev.warmvoice.speech.Reuse.Kind;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One client's way through a recording, at its own pace. Signals are delivered one at a time, on the thread that causes
 * them, and never with a lock held. Thread-safe, does not block.
 */
final class Replay implements Playback, Flow.Publisher<SpeechEvent> {

    private static final SpeechEvent.Done UNBILLED = new SpeechEvent.Done(0, 0, 0);

    private final Recording recording;
    private final String model;
    private final Pace pace;
    private final long begun;
    private final CompletableFuture<Speech> speech = new CompletableFuture<>();
    private final CompletableFuture<SpeechEvent.Done> result = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    // Guarded by this.
    private int next;
    private long demand;
    private boolean emitting;
    private boolean ended;
    private long lastOut;
    private @Nullable SpeechException failure;
    private Flow.@Nullable Subscriber<? super SpeechEvent> subscriber;
    private Cancellable watchdog = Cancellable.NONE;
    private volatile Kind kind;

    /**
     * What bounds how slowly a client may read.
     *
     * @param maxPause without the client reading any
     */
    record Pace(Duration maxPause, Heartbeat time, Workers workers) {
    }

    /**
     * @param model that was asked for
     * @param kind as far as is known
     */
    Replay(Recording recording, String model, Kind kind, Pace pace) {
        this.recording = recording;
        this.model = model;
        this.kind = kind;
        this.pace = pace;
        this.begun = pace.time().running();
        this.lastOut = begun;
    }

    /** There is audio. */
    void begin(Origin origin) {
        if (speech.isDone()) {
            return;
        }
        if (recording.isComplete() || recording.isRestored()) {
            kind = Kind.HIT;
        }
        boolean own = isBilled();
        speech.complete(new Speech(origin.taskId(), origin.format(), origin.warm(),
                own ? origin.acquire() : Duration.ZERO, own ? origin.connect() : Duration.ZERO,
                Duration.ofNanos(pace.time().running() - begun), origin.fallback(),
                new Reuse(kind, kind == Kind.HIT ? recording.age() : Duration.ZERO), this));
        advance();
    }

    /** There is more to play, or the end. */
    void advance() {
        for (SpeechEvent event = next(); event != null; event = next()) {
            subscriber().onNext(event);
            emitted();
        }
        if (recording.isComplete()) {
            known();
        }
        if (claimEnd()) {
            deliverEnd();
        }
    }

    private synchronized @Nullable SpeechEvent next() {
        if (emitting || ended || subscriber == null || failure != null || demand == 0) {
            return null;
        }
        SpeechEvent event = recording.at(next);
        if (event == null) {
            return null;
        }
        emitting = true;
        next++;
        demand--;
        lastOut = pace.time().running();
        return own(event);
    }

    /** Other clients read the same frame. */
    private SpeechEvent own(SpeechEvent event) {
        if (event instanceof SpeechEvent.Audio audio) {
            return new SpeechEvent.Audio(audio.frame().duplicate());
        }
        return event instanceof SpeechEvent.Done done ? billed(done) : event;
    }

    private SpeechEvent.Done billed(SpeechEvent.Done done) {
        return isBilled() ? done : UNBILLED;
    }

    private synchronized void emitted() {
        emitting = false;
    }

    private void known() {
        if (!result.isDone()) {
            result.complete(recording.bill().map(this::billed).orElse(UNBILLED));
        }
    }

    private synchronized boolean claimEnd() {
        if (emitting || ended || subscriber == null || (failure == null && !recording.endsAt(next))) {
            return false;
        }
        ended = true;
        return true;
    }

    private void deliverEnd() {
        settle();
        SpeechException why = failure;
        if (why == null) {
            subscriber().onComplete();
        } else {
            subscriber().onError(why);
        }
    }

    private void settle() {
        over.complete(null);
        synchronized (this) {
            watchdog.cancel();
        }
    }

    /** Ends it with an error at once, whatever has not been played. */
    void fail(SpeechException why) {
        synchronized (this) {
            if (ended || failure != null) {
                return;
            }
            failure = why;
        }
        if (speech.completeExceptionally(why)) {
            over.complete(null);
        }
        result.completeExceptionally(why);
        advance();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super SpeechEvent> to) {
        synchronized (this) {
            if (subscriber != null) {
                throw new IllegalStateException("a playback has one subscriber");
            }
            subscriber = to;
            emitting = true;
            lastOut = pace.time().running();
            watchdog = pace.workers().after(pace.maxPause(), this::look);
        }
        to.onSubscribe(new Subscription());
        emitted();
        advance();
    }

    private Flow.Subscriber<? super SpeechEvent> subscriber() {
        return Objects.requireNonNull(subscriber, "nothing leaves before there is a subscriber");
    }

    /** Looks whether the client has read nothing for too long: nothing is set up for each event. */
    private void look() {
        boolean late;
        synchronized (this) {
            if (ended) {
                return;
            }
            boolean isClientsTurn = demand == 0;
            Duration left = isClientsTurn ? pace.time().left(pace.maxPause(), lastOut) : pace.maxPause();
            late = left.isZero() || left.isNegative();
            if (!late) {
                watchdog = pace.workers().after(left, this::look);
            }
        }
        if (late) {
            fail(new SpeechException(SpeechException.Kind.STALL_TIMEOUT,
                    "The client read no audio for " + pace.maxPause().toMillis() + " ms."));
            recording.leave(this);
        }
    }

    @Override
    public void clientProgressed() {
        synchronized (this) {
            lastOut = pace.time().running();
        }
    }

    @Override
    public void cancel() {
        fail(new SpeechException(SpeechException.Kind.CANCELLED, "The client disconnected."));
        over.complete(null);
        recording.leave(this);
    }

    @Override
    public CompletionStage<Speech> speech() {
        return speech;
    }

    @Override
    public CompletionStage<Void> over() {
        return over;
    }

    @Override
    public CompletionStage<SpeechEvent.Done> result() {
        return result;
    }

    /** Where it comes from, as far as is known. */
    Kind kind() {
        return kind;
    }

    @Override
    public boolean isBilled() {
        return kind == Kind.MISS;
    }

    @Override
    public boolean hasAudio() {
        return speech.isDone() && !speech.isCompletedExceptionally();
    }

    @Override
    public long audioBytes() {
        return recording.audioBytes();
    }

    @Override
    public int audioHead() {
        return recording.audioHead();
    }

    @Override
    public Optional<String> taskId() {
        return recording.taskId();
    }

    @Override
    public String model() {
        return recording.origin().map(Origin::model).orElse(model);
    }

    @Override
    public Optional<String> upstream() {
        return recording.origin().flatMap(Origin::upstream);
    }

    private final class Subscription implements Flow.Subscription {

        @Override
        public void request(long n) {
            synchronized (Replay.this) {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            advance();
        }

        @Override
        public void cancel() {
            synchronized (Replay.this) {
                ended = true;
            }
            settle();
            result.completeExceptionally(new SpeechException(SpeechException.Kind.CANCELLED,
                    "The client disconnected."));
            recording.leave(Replay.this);
        }
    }
}
