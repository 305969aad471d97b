package dev.warmvoice.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmvoice.http.usage.KnownModels;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The models and voices of the CosyVoice and Qwen-Audio-TTS documentation, as of {@code voices.json}. The service takes both
 * families by the same protocol. Immutable.
 */
@Singleton
class Catalog implements KnownModels {

    private static final List<String> MODELS = List.of("cosyvoice-v3-flash", "cosyvoice-v3-plus",
            "cosyvoice-v3.5-flash", "cosyvoice-v3.5-plus", "cosyvoice-v2", "cosyvoice-v1", "qwen-audio-3.1-tts-flash",
            "qwen-audio-3.0-tts-flash", "qwen-audio-3.0-tts-plus");

    private final List<Voice> voices;

    Catalog(ObjectMapper json) throws IOException {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream("voices.json")) {
            voices = List.copyOf(json.readValue(file, new TypeReference<List<Voice>>() {
            }));
        }
    }

    /** Of each family the newest generation first. v3.5 speaks with cloned and designed voices only. */
    List<String> models() {
        return MODELS;
    }

    @Override
    public boolean isKnown(String model) {
        return MODELS.contains(model);
    }

    List<Voice> voices() {
        return voices;
    }

    /**
     * A voice of the vendor's.
     *
     * @param id what a request names it
     * @param name what the vendor calls it
     * @param languages language tags
     * @param models the models that speak with it
     */
    @RegisterForReflection
    record Voice(String id, String name, List<String> languages, List<String> models) {
    }
}
