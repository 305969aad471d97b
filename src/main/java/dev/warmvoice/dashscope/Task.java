package dev.warmvoice.dashscope;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.tts.timestamp.Sentence;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import com.alibaba.dashscope.exception.ApiException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * One utterance on one connection: text goes in, {@link TaskListener} hears what comes out.
 */
public final class Task {

    private static final Pattern CODE = Pattern.compile("[\\w.-]{1,64}");
    private static final String FRAME_MARK = "\"sentence-synthesis\"";
    private static final long SUBSCRIPTION_NANOS = Duration.ofSeconds(1).toNanos();

    private final Connection connection;
    private final SpeechSynthesizer synthesizer;
    private final TaskSpec spec;
    private final TaskListener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean started;
    private volatile boolean complete;
    private boolean audible;
    private int characters;
    private List<Word> words = List.of();
    private Thread starter;

    Task(Connection connection, SpeechSynthesizer synthesizer, TaskSpec spec, TaskListener listener) {
        this.connection = connection;
        this.synthesizer = synthesizer;
        this.spec = spec;
        this.listener = listener;
    }

    String id() {
        return synthesizer.getLastRequestId();
    }

    /**
     * Sends more text; does not block. Not for SSML, which goes in one piece.
     *
     * @param text not empty
     */
    public void send(String text) {
        attempt(() -> synthesizer.streamingCall(text));
    }

    /** Says that no more text will come; does not block. To be called once, and not for SSML. */
    public void finishText() {
        attempt(synthesizer::asyncStreamingComplete);
    }

    void start(String text, Duration startTimeout) {
        synthesizer.updateParamAndCallback(parameters(), new Callback());
        synthesizer.setStartedTimeout(startTimeout.toMillis());
        synchronized (this) {
            if (ended.get()) {
                return;
            }
            starter = Thread.currentThread();
        }
        try {
            if (spec.ssml()) {
                synthesizer.call(text);
            } else {
                synthesizer.streamingCall(text);
            }
        } catch (RuntimeException e) {
            connection.end(new TaskFailedException(started ? Reason.PROTOCOL : Reason.NOT_STARTED,
                    "the service did not start the task in time"));
        } finally {
            synchronized (this) {
                starter = null;
                if (ended.get()) {
                    Thread.interrupted();
                }
            }
        }
    }

    private void attempt(Runnable send) {
        if (ended.get()) {
            return;
        }
        try {
            send.run();
        } catch (RuntimeException e) {
            // The SDK refuses text once the task has ended. If it has, the listener knows; if not, it does now.
            connection.end(new TaskFailedException(Reason.PROTOCOL, "the task takes no more text"));
        }
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
        if (!started) {
            started = true;
            listener.onStarted(id());
        }
        return !ended.get();
    }

    /**
     * Whether this message says nothing but that a frame follows, as one does before each. For the SDK to read it costs as
     * much as the frame itself. Within the text of a message the quotes would be escaped.
     */
    boolean isFrameMark(String message) {
        return !spec.wordTimestamps() && message.contains(FRAME_MARK);
    }

    boolean isAudible() {
        return audible;
    }

    void audio(ByteBuffer frame) {
        audible = true;
        if (!ended.get()) {
            listener.onAudio(frame);
        }
    }

    /** Whoever gets true here, and he alone, says how the task ended. */
    boolean claimEnd() {
        return ended.compareAndSet(false, true);
    }

    void finish() {
        if (claimEnd()) {
            listener.onFinished(characters);
        }
    }

    /** To be called by whoever has claimed the end. */
    void fail(TaskFailedException failure) {
        synchronized (this) {
            // The SDK waits for task-started even when task-failed has come.
            if (starter != null && starter != Thread.currentThread()) {
                starter.interrupt();
            }
        }
        listener.onFailed(failure);
    }

    private SpeechSynthesisParam parameters() {
        Map<String, Object> parameters = new HashMap<>();
        put(parameters, "voice", spec.voice());
        put(parameters, "format", spec.format());
        put(parameters, "sample_rate", spec.sampleRate());
        put(parameters, "bit_rate", spec.bitRate());
        put(parameters, "volume", spec.volume());
        put(parameters, "rate", spec.rate());
        put(parameters, "pitch", spec.pitch());
        put(parameters, "seed", spec.seed());
        put(parameters, "instruction", spec.instruction());
        put(parameters, "language_hints", spec.languageHint() == null ? null : List.of(spec.languageHint()));
        put(parameters, "hot_fix", hotFix());
        put(parameters, "word_timestamp_enabled", spec.wordTimestamps());
        return SpeechSynthesisParam.builder().model(spec.model()).parameters(parameters).build();
    }

    private Map<String, Object> hotFix() {
        Map<String, Object> hotFix = new HashMap<>();
        put(hotFix, "pronunciation", spec.pronunciation());
        put(hotFix, "replace", spec.replacement());
        return hotFix.isEmpty() ? null : hotFix;
    }

    private static void put(Map<String, Object> parameters, String name, Object value) {
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
                words(sentence.getWords().stream().map(word -> new Word(word.getText(), word.getBeginIndex(),
                        word.getEndIndex(), word.getBeginTime(), word.getEndTime())).toList());
            }
        }

        private void words(List<Word> next) {
            if (!next.isEmpty() && !next.equals(words)) {
                words = next;
                listener.onWords(next);
            }
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onError(Exception e) {
            connection.end(failure(e));
        }

        private TaskFailedException failure(Exception e) {
            if (!(e instanceof ApiException api) || api.getStatus() == null) {
                return new TaskFailedException(Reason.PROTOCOL, "the SDK failed: " + e.getClass().getSimpleName());
            }
            String code = String.valueOf(api.getStatus().getCode());
            String message = String.valueOf(api.getStatus().getMessage());
            if (!CODE.matcher(code).matches()) {
                code = "unknown";
            }
            if (code.equals("MessageFormatError") || code.equals("UnknownMessage")) {
                return new TaskFailedException(Reason.PROTOCOL, "the service sent a message that cannot be read");
            }
            return new TaskFailedException(reason(code, message), code, "the service failed the task: " + code);
        }

        private static Reason reason(String code, String message) {
            if (code.startsWith("Throttling")) {
                return Reason.THROTTLED;
            }
            if (message.contains("Invalid action")) {
                return Reason.SPENT;
            }
            return code.startsWith("Invalid") || code.startsWith("DataInspection") || code.startsWith("Access")
                    || code.startsWith("Model") || code.startsWith("Arrearage") ? Reason.REJECTED : Reason.SERVICE;
        }
    }
}
