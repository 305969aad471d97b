package dev.warmvoice.http.speech;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's own model and voice names. They stand for the configured model and voice, as a missing name does, so that a
 * client of OpenAI works once its base URL is changed.
 */
final class OpenAiNames {

    private static final Set<String> MODELS = Set.of("tts-1", "tts-1-hd", "gpt-4o-mini-tts");
    private static final Set<String> VOICES = Set.of("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable",
            "marin", "nova", "onyx", "sage", "shimmer", "verse");

    private OpenAiNames() {
    }

    static String model(@Nullable String asked, String configured) {
        return asked == null || MODELS.contains(asked) ? configured : asked;
    }

    static String voice(@Nullable String asked, String configured) {
        return asked == null || VOICES.contains(asked) ? configured : asked;
    }
}
