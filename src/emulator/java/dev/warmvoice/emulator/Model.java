package dev.warmvoice.emulator;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;

/** The models, and what each of them can do by the vendor's pages. */
enum Model {

    V1("cosyvoice-v1", false, false),
    V2("cosyvoice-v2", true, false),
    V3_FLASH("cosyvoice-v3-flash", true, true),
    V3_PLUS("cosyvoice-v3-plus", true, true),
    /** It and the next speak with cloned and designed voices only. */
    V3_5_FLASH("cosyvoice-v3.5-flash", true, true),
    V3_5_PLUS("cosyvoice-v3.5-plus", true, true),
    QWEN_AUDIO_3_0_FLASH("qwen-audio-3.0-tts-flash", true, true),
    QWEN_AUDIO_3_0_PLUS("qwen-audio-3.0-tts-plus", true, true),
    /** Is billed by tokens. */
    QWEN_AUDIO_3_1_FLASH("qwen-audio-3.1-tts-flash", true, true) {

        @Override
        JsonObject usage(int characters, double seconds) {
            int output = (int) Math.ceil(seconds * TOKENS_PER_SECOND);
            return new JsonObject().put("input_tokens", characters).put("output_tokens", output)
                    .put("total_tokens", characters + output);
        }
    };

    /** By the vendor's page on its other models that bill tokens. How it counts a text is not known: here as characters. */
    private static final int TOKENS_PER_SECOND = 50;

    private static final String VOICES = "voices.properties";

    private final String id;
    private final boolean takesSsml;
    private final boolean takesInstructions;

    Model(String id, boolean takesSsml, boolean takesInstructions) {
        this.id = id;
        this.takesSsml = takesSsml;
        this.takesInstructions = takesInstructions;
    }

    /** @return null for one there is not */
    static Model of(Object id) {
        return Arrays.stream(values()).filter(model -> model.id.equals(id)).findFirst().orElse(null);
    }

    String id() {
        return id;
    }

    boolean takesSsml() {
        return takesSsml;
    }

    boolean takesInstructions() {
        return takesInstructions;
    }

    /**
     * What is billed.
     *
     * @param characters of text spoken so far
     * @param seconds of audio so far
     */
    JsonObject usage(int characters, double seconds) {
        return new JsonObject().put("characters", characters);
    }

    /**
     * Whether the model speaks with that voice: one of the vendor's for this model, or a cloned or designed one, whose name
     * the service has begin with the model's. Whether such a one has been made is not asked.
     */
    boolean has(String voice) {
        return voice.startsWith(id + "-") || Voices.of(this).contains(voice);
    }

    /** The list is read when it is needed first. */
    private static final class Voices {

        private static final Properties BY_MODEL = read();

        static Set<String> of(Model model) {
            return Set.of(BY_MODEL.getProperty(model.id, "").split(" "));
        }

        private static Properties read() {
            var voices = new Properties();
            try (InputStream list = Model.class.getResourceAsStream(VOICES)) {
                voices.load(list);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return voices;
        }
    }
}
