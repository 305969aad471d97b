package dev.warmvoice.naive;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisAudioFormat;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One text spoken by one SDK synthesizer, timed from the construction of this object. */
final class NaiveTask extends ResultCallback<SpeechSynthesisResult> {

    private final long begin = System.nanoTime();
    private final Consumer<ByteBuffer> audio;
    private final CompletableFuture<Duration> firstAudio = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    NaiveTask(Consumer<ByteBuffer> audio) {
        this.audio = audio;
    }

    static SpeechSynthesisParam parameters(String key) {
        return SpeechSynthesisParam.builder().model("cosyvoice-v3-flash").voice("longanyang").apiKey(key)
                .format(SpeechSynthesisAudioFormat.MP3_22050HZ_MONO_256KBPS).build();
    }

    /**
     * @param synthesizer the synthesizer that calls this listener
     * @return the time to the first audio
     * @throws TimeoutException if the task has not ended in that time
     * @throws Exception if it fails, or ends without audio
     */
    Duration run(SpeechSynthesizer synthesizer, String text, Duration atMost) throws Exception {
        synthesizer.streamingCall(text);
        synthesizer.asyncStreamingComplete();
        end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (!firstAudio.isDone()) {
            throw new IllegalStateException("complete, without any audio");
        }
        return firstAudio.join();
    }

    @Override
    public void onEvent(SpeechSynthesisResult event) {
        if (event.getAudioFrame() != null) {
            firstAudio.complete(Duration.ofNanos(System.nanoTime() - begin));
            audio.accept(event.getAudioFrame());
        }
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }

    @Override
    public void onError(Exception e) {
        end.completeExceptionally(e);
    }
}
