package dev.warmvoice.naive;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisAudioFormat;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import com.alibaba.dashscope.protocol.ConnectionOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;

/**
 * What one gets by following the vendor's page on high concurrency: a plain {@link GenericObjectPool} of the SDK's
 * synthesizers, borrowed, used and returned. What this project is compared with.
 */
public final class NaivePool {

    private static final Logger SDK_LOG = Logger.getLogger("com.alibaba.dashscope");

    private final GenericObjectPool<SpeechSynthesizer> objects;
    private final String key;

    /**
     * @param maxIdle as many as {@code maxTotal}, if one has read the page to its end
     */
    public NaivePool(URI url, String key, int maxTotal, int maxIdle) {
        SDK_LOG.setLevel(Level.OFF);
        this.key = key;
        objects = new GenericObjectPool<>(new BasePooledObjectFactory<>() {

            @Override
            public SpeechSynthesizer create() {
                return new SpeechSynthesizer(url.toString(), ConnectionOptions.builder().build());
            }

            @Override
            public PooledObject<SpeechSynthesizer> wrap(SpeechSynthesizer synthesizer) {
                return new DefaultPooledObject<>(synthesizer);
            }
        });
        objects.setMaxTotal(maxTotal);
        objects.setMaxIdle(maxIdle);
        objects.setMinIdle(maxIdle);
    }

    public SpeechSynthesizer borrow() throws Exception {
        return objects.borrowObject();
    }

    public void giveBack(SpeechSynthesizer synthesizer) {
        objects.returnObject(synthesizer);
    }

    /** The parameters of a task. */
    public SpeechSynthesisParam parameters() {
        return SpeechSynthesisParam.builder().model("cosyvoice-v3-flash").voice("longanyang").apiKey(key)
                .format(SpeechSynthesisAudioFormat.MP3_22050HZ_MONO_256KBPS).build();
    }

    /**
     * Borrows, speaks, gives back.
     *
     * @return the time to the first audio
     * @throws TimeoutException if the task has not ended in that time
     * @throws Exception if it fails, or ends without audio
     */
    public Duration speak(String text, Duration atMost) throws Exception {
        long begin = System.nanoTime();
        SpeechSynthesizer synthesizer = objects.borrowObject();
        CompletableFuture<Duration> firstAudio = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        synthesizer.updateParamAndCallback(parameters(), new ResultCallback<>() {

            @Override
            public void onEvent(SpeechSynthesisResult event) {
                if (event.getAudioFrame() != null) {
                    firstAudio.complete(Duration.ofNanos(System.nanoTime() - begin));
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
        });
        synthesizer.streamingCall(text);
        synthesizer.asyncStreamingComplete();
        end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        objects.returnObject(synthesizer);
        if (!firstAudio.isDone()) {
            throw new IllegalStateException("complete, without any audio");
        }
        return firstAudio.join();
    }
}
