package dev.warmvoice.naive;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesisParam;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.protocol.ConnectionOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;

/**
 * The pool from the vendor's page on high concurrency: a plain {@link GenericObjectPool} of the SDK's synthesizers,
 * each borrowed and returned, or closed and invalidated if its task failed.
 */
public final class NaivePool implements NaiveClient {

    private final GenericObjectPool<SpeechSynthesizer> objects;
    private final String key;

    /**
     * @param maxIdle {@code maxTotal}, as the end of the vendor's page recommends, or a smaller value
     */
    public NaivePool(URI url, String key, int maxTotal, int maxIdle) {
        SdkLog.off();
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
        return NaiveTask.parameters(key);
    }

    /**
     * Borrows a synthesizer, speaks, and returns it.
     *
     * @return the time to the first audio
     * @throws TimeoutException if the task has not ended in that time
     * @throws Exception if it fails, or ends without audio
     */
    public Duration speak(String text, Duration atMost) throws Exception {
        return speak(text, atMost, audio -> {
        });
    }

    @Override
    public Duration speak(String text, Duration atMost, Consumer<ByteBuffer> audio) throws Exception {
        NaiveTask task = new NaiveTask(audio);
        SpeechSynthesizer synthesizer = objects.borrowObject();
        try {
            synthesizer.updateParamAndCallback(parameters(), task);
            Duration firstAudio = task.run(synthesizer, text, atMost);
            objects.returnObject(synthesizer);
            return firstAudio;
        } catch (Exception e) {
            synthesizer.getDuplexApi().close(1000, "bye");
            objects.invalidateObject(synthesizer);
            throw e;
        }
    }
}
