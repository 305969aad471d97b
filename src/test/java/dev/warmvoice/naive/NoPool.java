package dev.warmvoice.naive;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/** The vendor's first example: a new synthesizer for each text, closed afterwards. */
public final class NoPool implements NaiveClient {

    private final URI url;
    private final String key;

    public NoPool(URI url, String key) {
        SdkLog.off();
        this.url = url;
        this.key = key;
    }

    @Override
    public Duration speak(String text, Duration atMost, Consumer<ByteBuffer> audio) throws Exception {
        NaiveTask task = new NaiveTask(audio);
        SpeechSynthesizer synthesizer = new SpeechSynthesizer(NaiveTask.parameters(key), task, url.toString());
        try {
            return task.run(synthesizer, text, atMost);
        } finally {
            synthesizer.getDuplexApi().close(1000, "bye");
        }
    }
}
