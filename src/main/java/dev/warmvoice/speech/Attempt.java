package dev.warmvoice.speech;

import dev.warmvoice.dashscope.SentenceWords;
import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.upstream.Hop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One task on one connection, for one utterance. Thread-safe, does not block. */
final class Attempt implements TaskListener {

    /** Max sentences whose words are kept until there is audio; the service sends the words of one. */
    private static final int MAX_EARLY_WORDS = 16;

    private final Utterance utterance;
    private final Race race;
    private final Hop hop;
    private final Lease lease;
    private final TextBuffer text;
    private final SpeechStream events;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long submittedAt;
    private volatile long startedAt;
    // On the connection's reader thread.
    /** Events before the first audio; dropped if the attempt fails before it. */
    private final List<SpeechEvent> early = new ArrayList<>();
    private boolean audible;
    private boolean current;
    // Guarded by this.
    private @Nullable Task task;
    private boolean started;
    private @Nullable String stopReason;
    private boolean textWanted;
    private int sent;
    private int flushed;
    private boolean finished;

    Attempt(Utterance utterance, Race race, Hop hop, Lease lease) {
        this.utterance = utterance;
        this.race = race;
        this.hop = hop;
        this.lease = lease;
        this.text = utterance.text();
        this.events = utterance.events();
    }

    Lease lease() {
        return lease;
    }

    Hop hop() {
        return hop;
    }

    /** When the task was submitted, in terms of {@link dev.warmvoice.time.Heartbeat#running}. */
    long submittedAt() {
        return submittedAt;
    }

    /** When the service started it, in the same terms. */
    long startedAt() {
        return startedAt;
    }

    void start() {
        TaskSpec spec = utterance.spec(hop);
        submittedAt = utterance.time().running();
        synchronized (this) {
            sent = 1;
            // An SSML document is sent in one piece and ends the text.
            finished = spec.ssml();
        }
        Task begun = lease.connection().start(spec, text.piece(0), this);
        String unwanted;
        boolean known;
        synchronized (this) {
            task = begun;
            unwanted = stopReason;
            known = started;
        }
        if (unwanted == null) {
            sendPending();
        } else {
            lease.stop(begun, known, unwanted);
        }
    }

    /**
     * Asks the service to stop the task.
     *
     * @param reason for the metrics, should the connection be lost by that
     */
    void stop(String reason) {
        Task running;
        boolean known;
        synchronized (this) {
            stopReason = reason;
            running = task;
            known = started;
        }
        if (running != null) {
            lease.stop(running, known, reason);
        }
    }

    /** The tag of a failure in the metrics. */
    static String reason(TaskFailedException why) {
        return why.reason().name().toLowerCase(Locale.ROOT);
    }

    /** Sends the text that was added since the last time. Does nothing before the first piece was sent. */
    synchronized void sendPending() {
        Task running = task;
        if (running == null || !textWanted) {
            return;
        }
        // Read before the pieces: text that completes later, and flushes that come later, are left for the next time.
        boolean complete = text.isReleased();
        int flushes = text.flushes();
        for (; text.has(sent); sent++) {
            running.send(text.piece(sent));
        }
        if (flushes > flushed && !complete) {
            flushed = flushes;
            running.flush();
        }
        if (complete && !finished) {
            finished = true;
            running.finishText();
        }
    }

    /** The stream has room again. */
    void resume() {
        Task held;
        synchronized (this) {
            held = task;
        }
        if (held != null) {
            held.resume();
        }
    }

    /** The service has not started the task in time. */
    void startTimedOut() {
        onFailed(new TaskFailedException(Reason.NOT_STARTED, "The service did not start the task in time."));
    }

    @Override
    public void onStarted(String id) {
        startedAt = utterance.time().running();
        synchronized (this) {
            started = true;
        }
        if (race.started(this)) {
            utterance.started(this, id);
        } else {
            stop("lost");
        }
    }

    @Override
    public void onTextWanted() {
        synchronized (this) {
            textWanted = true;
        }
        sendPending();
    }

    @Override
    public boolean hasRoom() {
        return !current || events.hasRoom();
    }

    @Override
    public void onAudio(ByteBuffer frame) {
        if (audible) {
            put(new SpeechEvent.Audio(frame));
            return;
        }
        audible = true;
        current = utterance.firstAudio(this);
        early.forEach(this::put);
        put(new SpeechEvent.Audio(
                utterance.spec(hop).encoding().format().equals("wav") ? WavSizes.ofStream(frame) : frame));
    }

    private void put(SpeechEvent event) {
        if (current) {
            events.put(event);
        }
    }

    @Override
    public void onWords(SentenceWords sentence) {
        SpeechEvent event = new SpeechEvent.Words(sentence.index(), sentence.text(),
                sentence.words().stream().map(word -> new SpeechEvent.Word(word.text(),
                        word.beginIndex(), word.endIndex(), word.beginMillis(), word.endMillis())).toList());
        if (audible) {
            put(event);
        } else if (early.size() < MAX_EARLY_WORDS) {
            early.add(event);
        }
    }

    @Override
    public void onFinished(Usage usage) {
        if (ended.compareAndSet(false, true)) {
            lease.finished();
            utterance.finished(this, usage);
        }
    }

    @Override
    public void onFinishedWithoutAudio() {
        if (text.hasWords()) {
            TaskListener.super.onFinishedWithoutAudio();
        } else if (ended.compareAndSet(false, true)) {
            // Another task would not speak it either, and the connection is as good as before.
            lease.finished();
            race.failed(this, TaskFailedException.rejected(Part.TEXT, null, "The text has symbols only."));
        }
    }

    @Override
    public void onCancelled() {
        if (ended.compareAndSet(false, true)) {
            lease.finished();
        }
    }

    @Override
    public void onNotSent() {
        if (ended.compareAndSet(false, true)) {
            lease.unused();
        }
    }

    @Override
    public void onFailed(TaskFailedException failure) {
        if (ended.compareAndSet(false, true)) {
            race.failed(this, failure);
        }
    }
}
