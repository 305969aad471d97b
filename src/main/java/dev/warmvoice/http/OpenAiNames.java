package dev.warmvoice.http;

import java.util.Set;

/**
 * The names that clients of OpenAI's API send when nobody told them of CosyVoice. They, and none at all, stand for the
 * configured model and voice, so that such a client works by changing its base URL.
 */
final class OpenAiNames {

    private static final Set<String> MODELS = Set.of("tts-1", "tts-1-hd", "gpt-4o-mini-tts");
    private static final Set<String> VOICES = Set.of("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable",
            "marin", "nova", "onyx", "sage", "shimmer", "verse");

    private OpenAiNames() {
    }

    static boolean isModel(String model) {
        return model == null || MODELS.contains(model);
    }

    static boolean isVoice(String voice) {
        return voice == null || VOICES.contains(voice);
    }
}
