package dev.warmvoice.bench;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.voice.Sentences;
import io.vertx.core.json.JsonObject;

/** Speech as plain samples: so many bytes are so many seconds. */
final class Pcm {

    /** What a request says to get it. */
    static final JsonObject FIELDS = new JsonObject().put("response_format", "pcm");

    private static final int SAMPLE_RATE = 24000;
    private static final int BYTES_PER_SECOND = 2 * SAMPLE_RATE;

    private Pcm() {
    }

    static byte[] of(String text) {
        return Emulator.audioOf(Expected.MODEL,
                Expected.parameters().put("format", "pcm").put("sample_rate", SAMPLE_RATE), text);
    }

    /** In how many frames of at most this size it comes: none of them has audio of two sentences. */
    static long frames(String text, int frameBytes) {
        Sentences sentences = new Sentences();
        sentences.add(text);
        sentences.end();
        long frames = 0;
        for (String sentence = sentences.poll(); sentence != null; sentence = sentences.poll()) {
            frames += (of(sentence).length + frameBytes - 1) / frameBytes;
        }
        return frames;
    }

    static double seconds(byte[] audio) {
        return (double) audio.length / BYTES_PER_SECOND;
    }
}
