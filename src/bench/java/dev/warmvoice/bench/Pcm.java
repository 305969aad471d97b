package dev.warmvoice.bench;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.voice.Sentences;
import io.vertx.core.json.JsonObject;

/** Speech as PCM samples, whose duration follows from their size. */
final class Pcm {

    /** The request fields for PCM. */
    static final JsonObject FIELDS = new JsonObject().put("response_format", "pcm");

    private static final int SAMPLE_RATE = 24000;
    private static final int BYTES_PER_SECOND = 2 * SAMPLE_RATE;

    private Pcm() {
    }

    static byte[] of(String text) {
        return Emulator.audioOf(Expected.MODEL,
                Expected.parameters().put("format", "pcm").put("sample_rate", SAMPLE_RATE), text);
    }

    /** The number of frames of at most this size; a frame contains audio of one sentence only. */
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
