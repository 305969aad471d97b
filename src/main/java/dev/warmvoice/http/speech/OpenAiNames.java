package dev.warmvoice.http.speech;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's own model and voice names. They stand for the configured model and voice, as a missing name does, so that a
 * client of OpenAI works once its base URL is changed.
 */
public final class OpenAiNames {

    /** With or without the date of a snapshot: {@code tts-1}, {@code tts-1-hd-1106}, {@code gpt-4o-mini-tts-2025-12-15}. */
    private static final Pattern MODEL = Pattern
            .compile("(?:tts-\\d+(?:-hd)?|gpt-[\\w.-]{1,40}-tts)(?:-\\d{4}(?:-\\d{2}-\\d{2})?)?");
    private static final Set<String> VOICES = Set.of("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable",
            "marin", "nova", "onyx", "sage", "shimmer", "verse");

    private OpenAiNames() {
    }

    /** Whether it is the name of a speech model of OpenAI's, or of a snapshot of one. */
    public static boolean isModel(String name) {
        return MODEL.matcher(name).matches();
    }

    static String model(@Nullable String asked, String configured) {
        return asked == null || isModel(asked) ? configured : asked;
    }

    static String voice(@Nullable String asked, String configured) {
        return asked == null || VOICES.contains(asked) ? configured : asked;
    }
}
