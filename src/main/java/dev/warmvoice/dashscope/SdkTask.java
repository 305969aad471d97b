package dev.warmvoice.dashscope;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.tts.timestamp.Sentence;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import com.alibaba.dashscope.exception.ApiException;
import com.google.gson.JsonElement;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A task that the SDK runs. */
final class SdkTask implements Task {

    private static final String FRAME_MARK = "\"sentence-synthesis\"";
    private static final String TOKENS_MARK = "\"output_tokens\"";
    /** With a bound on that wait the SDK sends no text before task-started. Warmvoice's own start timeout is shorter. */
    private static final long STARTED_MILLIS = Duration.ofMinutes(2).toMillis();
    private static final long SUBSCRIPTION_NANOS = Duration.ofSeconds(1).toNanos();

    private final SdkConnection connection;
    private final SpeechSynthesizer synthesizer;
    private final TaskSocket socket;
    private final TaskSpec spec;
    private final TaskListener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean started;
    private volatile boolean cancelling;
    private volatile boolean complete;
    private boolean audible;
    private int characters;
    private int inputTokens;
    private int outputTokens;
    private List<Word> words = List.of();
    private @Nullable Thread starter;
    private volatile @Nullable Thread reader;

    SdkTask(SdkConnection connection, SpeechSynthesizer synthesizer, TaskSocket socket, TaskSpec spec,
            TaskListener listener) {
        this.connection = connection;
        this.synthesizer = synthesizer;
        this.socket = socket;
        this.spec = spec;
        this.listener = listener;
    }

    /** The task's id, which the SDK chooses when it sends run-task; null before. */
    @Nullable
    String id() {
        return synthesizer.getLastRequestId();
    }

    private String sentId() {
        return Objects.requireNonNull(id(), "the service starts no task before run-task was sent");
    }

    @Override
    public void send(String text) {
        attempt(() -> synthesizer.streamingCall(text));
    }

    @Override
    public void resume() {
        LockSupport.unpark(reader);
    }

    @Override
    public void finishText() {
        attempt(synthesizer::asyncStreamingComplete);
    }

    @Override
    public void flush() {
        attempt(() -> socket.send(Messages.flush(sentId())));
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (ended.get() || cancelling) {
                return;
            }
            cancelling = true;
            interruptStarter();
            if (started) {
                // Within the lock: later, the connection could have another task, which would be stopped instead.
                sendCancel();
            }
        }
        // The reader may wait for room.
        resume();
    }

    /** Once the service has said task-started: before, it does not know of the task. */
    void sendCancel() {
        socket.sendLast(Messages.cancel(sentId()));
    }

    boolean isCancelling() {
        return cancelling;
    }

    /** Blocks until the service has said task-started or the task has ended. */
    void start(String text) {
        synthesizer.updateParamAndCallback(parameters(), new Callback());
        synthesizer.setStartedTimeout(STARTED_MILLIS);
        boolean wanted;
        synchronized (this) {
            if (ended.get()) {
                return;
            }
            wanted = !cancelling;
            starter = wanted ? Thread.currentThread() : null;
        }
        if (!wanted) {
            connection.notSent(this);
            return;
        }
        try {
            if (spec.ssml()) {
                synthesizer.call(text);
            } else {
                synthesizer.streamingCall(text);
            }
        } catch (RuntimeException e) {
            if (!cancelling) {
                connection.end(new TaskFailedException(started ? Reason.PROTOCOL : Reason.NOT_STARTED,
                        "The service did not start the task in time."));
            }
        } finally {
            synchronized (this) {
                starter = null;
                if (isOver()) {
                    Thread.interrupted();
                }
            }
        }
        if (!isOver()) {
            listener.onTextWanted();
        }
    }

    private void attempt(Runnable send) {
        if (isOver()) {
            return;
        }
        try {
            send.run();
        } catch (RuntimeException e) {
            // The SDK refuses text once the task has ended. If it has, the listener knows; if not, it does now.
            if (!cancelling) {
                connection.end(new TaskFailedException(Reason.PROTOCOL,
                        "The service ended the task before it had all of the text."));
            }
        }
    }

    /** Whether nothing more is to be said or heard. */
    private boolean isOver() {
        return ended.get() || cancelling;
    }

    boolean isStarted() {
        return started;
    }

    boolean isComplete() {
        return complete;
    }

    /**
     * Lets the reader wait until the SDK listens, which it does a moment after it has sent run-task: a service that
     * answers within that moment would not be heard.
     *
     * @return false if the SDK does not get there, or the task has ended
     */
    boolean awaitSubscription(BooleanSupplier listening) {
        long begin = System.nanoTime();
        while (!started && !listening.getAsBoolean()) {
            if (ended.get() || System.nanoTime() - begin > SUBSCRIPTION_NANOS) {
                return false;
            }
            LockSupport.parkNanos(20_000);
        }
        if (!started && begins()) {
            listener.onStarted(sentId());
        }
        return !isOver();
    }

    /** Whether the task is still wanted now that the service has started it. */
    private boolean begins() {
        boolean wanted;
        synchronized (this) {
            started = true;
            wanted = !cancelling;
        }
        if (!wanted) {
            sendCancel();
        }
        return wanted;
    }

    /**
     * Whether this message says nothing but that a frame follows, as one does before each. For the SDK to read it costs as
     * much as the frame itself. Within the text of a message the quotes would be escaped.
     */
    boolean isFrameMark(String message) {
        return !spec.wordTimestamps() && message.contains(FRAME_MARK);
    }

    /** Reads what the SDK leaves out of a message. */
    void read(String message) {
        if (message.contains(TOKENS_MARK)) {
            inputTokens = Messages.usage(message, "input_tokens").orElse(inputTokens);
            outputTokens = Messages.usage(message, "output_tokens").orElse(outputTokens);
        }
    }

    void audio(ByteBuffer frame) {
        audible = true;
        if (!isOver()) {
            listener.onAudio(frame);
        }
    }

    /** Holds up the reader thread, and with it the socket, until the listener has room or the task has ended. */
    void awaitRoom() {
        if (listener.hasRoom()) {
            return;
        }
        reader = Thread.currentThread();
        while (!isOver() && !listener.hasRoom()) {
            LockSupport.park(this);
        }
    }

    /** Returns true exactly once: that caller reports how the task ended. */
    boolean claimEnd() {
        boolean first = ended.compareAndSet(false, true);
        resume();
        return first;
    }

    /** Ends the task as finished, unless it has ended or is being cancelled; then {@link #reportFinished} is to follow. */
    synchronized boolean claimFinish() {
        return !cancelling && claimEnd();
    }

    void reportFinished() {
        if (audible) {
            listener.onFinished(new Usage(characters, inputTokens, outputTokens));
        } else {
            listener.onFinishedWithoutAudio();
        }
    }

    void reportCancelled() {
        if (claimEnd()) {
            listener.onCancelled();
        }
    }

    void reportNotSent() {
        if (claimEnd()) {
            listener.onNotSent();
        }
    }

    /** To be called by the caller that has claimed the end. */
    void fail(TaskFailedException failure) {
        synchronized (this) {
            interruptStarter();
        }
        listener.onFailed(failure);
    }

    /** The SDK waits for task-started even when task-failed has come. */
    private void interruptStarter() {
        if (starter != null && starter != Thread.currentThread()) {
            starter.interrupt();
        }
    }

    private SpeechSynthesisParam parameters() {
        Map<String, Object> parameters = new HashMap<>();
        put(parameters, "voice", spec.voice());
        put(parameters, "format", spec.encoding().format());
        put(parameters, "sample_rate", spec.encoding().sampleRate());
        put(parameters, "bit_rate", spec.encoding().bitRate());
        putAigcTag(parameters, spec.encoding().aigcTag());
        put(parameters, "volume", spec.prosody().volume());
        put(parameters, "rate", spec.prosody().rate());
        put(parameters, "pitch", spec.prosody().pitch());
        put(parameters, "seed", spec.seed());
        put(parameters, "instruction", spec.instruction());
        String language = spec.languageHint();
        put(parameters, "language_hints", language == null ? null : List.of(language));
        put(parameters, "hot_fix", hotFix());
        put(parameters, "word_timestamp_enabled", spec.wordTimestamps());
        put(parameters, "enable_markdown_filter", spec.markdownFilter());
        return SpeechSynthesisParam.builder().model(spec.model()).parameters(parameters).build();
    }

    private @Nullable Map<String, Object> hotFix() {
        Map<String, Object> hotFix = new HashMap<>();
        put(hotFix, "pronunciation", spec.hotFix().pronunciation());
        put(hotFix, "replace", spec.hotFix().replacement());
        return hotFix.isEmpty() ? null : hotFix;
    }

    private static void putAigcTag(Map<String, Object> parameters, TaskSpec.@Nullable AigcTag tag) {
        if (tag != null) {
            parameters.put("enable_aigc_tag", true);
            put(parameters, "aigc_propagator", tag.propagator());
            put(parameters, "aigc_propagate_id", tag.propagateId());
        }
    }

    private static void put(Map<String, Object> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }

    /** What the SDK reports. Its onComplete means task-finished here: the end of the socket never reaches it. */
    private final class Callback extends ResultCallback<SpeechSynthesisResult> {

        @Override
        public void onEvent(SpeechSynthesisResult event) {
            if (event.getUsage() != null && event.getUsage().getCharacters() != null) {
                characters = event.getUsage().getCharacters();
            }
            Sentence sentence = event.getTimestamp();
            if (spec.wordTimestamps() && sentence != null && sentence.getWords() != null) {
                words(sentence.getIndex(), text(event),
                        sentence.getWords().stream().filter(word -> word != null && word.getText() != null)
                                .map(word -> new Word(word.getText(), word.getBeginIndex(),
                                        word.getEndIndex(), word.getBeginTime(), word.getEndTime()))
                                .toList());
            }
        }

        private void words(int sentence, String text, List<Word> next) {
            if (!next.isEmpty() && !next.equals(words)) {
                words = next;
                listener.onWords(new SentenceWords(sentence, text, next));
            }
        }

        private static String text(SpeechSynthesisResult event) {
            JsonElement text = event.getOutput() == null ? null : event.getOutput().get("original_text");
            return text == null || !text.isJsonPrimitive() ? "" : text.getAsString();
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onError(Exception e) {
            if (!cancelling) {
                connection.end(failure(e));
            }
        }

        private TaskFailedException failure(Exception e) {
            if (!(e instanceof ApiException api) || api.getStatus() == null) {
                return new TaskFailedException(Reason.PROTOCOL,
                        "The SDK failed: " + e.getClass().getSimpleName() + ".");
            }
            String code = String.valueOf(api.getStatus().getCode());
            String message = String.valueOf(api.getStatus().getMessage());
            if (code.equals("MessageFormatError") || code.equals("UnknownMessage")) {
                return new TaskFailedException(Reason.PROTOCOL, "The service sent a message that cannot be parsed.");
            }
            return FailureReasons.ofEvent(code, message);
        }
    }
}
