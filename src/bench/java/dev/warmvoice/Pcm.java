package dev.warmvoice;

import dev.warmvoice.emulator.Emulator;
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

    static double seconds(byte[] audio) {
        return (double) audio.length / BYTES_PER_SECOND;
    }
}
