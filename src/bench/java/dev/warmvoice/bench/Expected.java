package dev.warmvoice.bench;

import dev.warmvoice.emulator.Emulator;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The expected audio of a text, generated in this process, for comparison byte by byte. */
final class Expected {

    static final String MODEL = "cosyvoice-v3-flash";

    private static final Map<String, byte[]> AUDIO = new ConcurrentHashMap<>();

    private Expected() {
    }

    /** The parameters that Warmvoice sends to the service by default. */
    static JsonObject parameters() {
        return new JsonObject().put("voice", "longanyang").put("text_type", "PlainText").put("format", "mp3")
                .put("sample_rate", 22050).put("volume", 50).put("rate", 1.0).put("pitch", 1.0);
    }

    static byte[] of(String text) {
        return AUDIO.computeIfAbsent(text, key -> Emulator.audioOf(MODEL, parameters(), key));
    }

    /** @throws AssertionError if a byte is missing or wrong */
    static void verify(String text, byte[] audio) {
        verify(of(text), audio);
    }

    /** @throws AssertionError if a byte is missing or wrong */
    static void verify(byte[] expected, byte[] audio) {
        int difference = Arrays.mismatch(expected, audio);
        if (difference >= 0) {
            throw new AssertionError("audio of " + audio.length + " bytes instead of " + expected.length
                    + ", first difference at byte " + difference);
        }
    }
}
