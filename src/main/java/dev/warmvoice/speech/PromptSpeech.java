package dev.warmvoice.speech;

import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Speech of a text that may be complete at once, as a fixed phrase is that a client sends in one go: then it is spoken like
 * a text that was there from the beginning, which a cache may have. After a moment, or with text that no cache would have,
 * it is spoken while it is written. Thread-safe, does not block.
 */
public final class PromptSpeech implements WrittenSpeech {

    /** How long the first text is held back. */
    private static final Duration MOMENT = Duration.ofMillis(10);
    /** How long it may be until the first text. Then the service's time limits begin. */
    private static final Duration MAX_PAUSE = Duration.ofMillis(100);

    private final SpeechRequest request;
    private final int maxText;
    private final Workers workers;
    private final Supplier<WrittenSpeech> written;
    private final Function<SpeechRequest, Playback> complete;
    private final CompletableFuture<Speech> speech = new CompletableFuture<>();
    private final CompletableFuture<SpeechEvent.Done> result = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    // Guarded by this.
    private final StringBuilder text = new StringBuilder();
    private final List<Consumer<WrittenSpeech>> steps = new ArrayList<>();
    private Cancellable momentOver = Cancellable.NONE;
    private @Nullable WrittenSpeech writing;
    /** What speaks; null as long as that is open. */
    private volatile @Nullable Playback chosen;

    /**
     * @param request without text
     * @param maxText in the service's counting; more is spoken while it is written
     * @param written begins the speech of a text that follows
     * @param complete begins the speech of a request that has its text
     */
    public PromptSpeech(SpeechRequest request, int maxText, Workers workers, Supplier<WrittenSpeech> written,
            Function<SpeechRequest, Playback> complete) {
        this.request = request;
        this.maxText = maxText;
        this.workers = workers;
        this.written = written;
        this.complete = complete;
        waitFor(MAX_PAUSE);
    }

    private synchronized void waitFor(Duration time) {
        momentOver.cancel();
        momentOver = workers.after(time, this::stopWaiting);
    }

    private void stopWaiting() {
        try {
            writing();
        } catch (SpeechException e) {
            fail(e);
        }
    }

    /** What speaks the text while it is written: from now on, unless it was chosen already. */
    private synchronized @Nullable WrittenSpeech writing() {
        if (isOpen()) {
            WrittenSpeech begun = written.get();
            writing = begun;
            choose(begun);
            steps.forEach(step -> step.accept(begun));
            steps.clear();
        }
        return writing;
    }

    /** Whether it is open what speaks: not after a cancel or a failure either. */
    private boolean isOpen() {
        return chosen == null && !speech.isDone();
    }

    private void choose(Playback playback) {
        chosen = playback;
        momentOver.cancel();
        relay(playback.speech(), speech);
        relay(playback.result(), result);
        relay(playback.over(), over);
    }

    private static <T> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }

    private void fail(SpeechException why) {
        speech.completeExceptionally(why);
        result.completeExceptionally(why);
        over.complete(null);
    }

    @Override
    public synchronized void say(String added) {
        if (isOpen() && isHeldBack(added)) {
            if (text.isEmpty()) {
                waitFor(MOMENT);
            }
            text.append(added);
            steps.add(later -> later.say(added));
            return;
        }
        WrittenSpeech now = writing();
        if (now != null) {
            now.say(added);
        }
    }

    /** What is wrong with a text is found where it is written. */
    private boolean isHeldBack(String added) {
        try {
            int before = SpokenText.count(text);
            return before + SpokenText.checkPart(SpokenText.withPauses(added), before) <= maxText;
        } catch (SpeechException e) {
            return false;
        }
    }

    @Override
    public synchronized void flush() {
        if (isOpen()) {
            steps.add(WrittenSpeech::flush);
        } else if (writing != null) {
            writing.flush();
        }
    }

    @Override
    public synchronized void finish() {
        Optional<SpokenText> whole = isOpen() ? whole() : Optional.empty();
        if (whole.isPresent()) {
            steps.clear();
            choose(complete.apply(request.withText(whole.get())));
            return;
        }
        WrittenSpeech now = writing();
        if (now != null) {
            now.finish();
        }
    }

    /** The text as one that was there from the beginning; empty if it cannot be spoken as such. */
    private Optional<SpokenText> whole() {
        try {
            return Optional.of(request.normalize()
                    ? SpokenText.normalized(text.toString())
                    : SpokenText.plain(text.toString()));
        } catch (SpeechException e) {
            return Optional.empty();
        }
    }

    @Override
    public void cancel() {
        synchronized (this) {
            momentOver.cancel();
            if (chosen == null) {
                fail(new SpeechException(SpeechException.Kind.CANCELLED, "The client disconnected."));
            }
        }
        Playback now = chosen;
        if (now != null) {
            now.cancel();
        }
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

    @Override
    public boolean isBilled() {
        Playback now = chosen;
        return now == null || now.isBilled();
    }

    @Override
    public boolean hasAudio() {
        Playback now = chosen;
        return now != null && now.hasAudio();
    }

    @Override
    public long audioBytes() {
        Playback now = chosen;
        return now == null ? 0 : now.audioBytes();
    }

    @Override
    public int audioHead() {
        Playback now = chosen;
        return now == null ? 0 : now.audioHead();
    }

    @Override
    public Optional<String> taskId() {
        Playback now = chosen;
        return now == null ? Optional.empty() : now.taskId();
    }

    @Override
    public String model() {
        Playback now = chosen;
        return now == null ? request.model() : now.model();
    }

    @Override
    public Optional<String> upstream() {
        Playback now = chosen;
        return now == null ? Optional.empty() : now.upstream();
    }

    @Override
    public void clientProgressed() {
        Playback now = chosen;
        if (now != null) {
            now.clientProgressed();
        }
    }
}
