package dev.warmvoice.emulator;

import dev.warmvoice.emulator.voice.AudioFormat;
import dev.warmvoice.emulator.voice.Characters;
import dev.warmvoice.emulator.voice.SpeechParameters;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A run-task message that has passed the service's checks.
 *
 * @param speech how it is to sound
 * @param wordTimestamps whether events tell when each word is heard
 */
record RunTask(SpeechParameters speech, boolean wordTimestamps) {

    /** What the vendor's SDK sends for "whatever is usual". */
    private static final String SDK_DEFAULT_FORMAT = "Default";

    private static final Integer SDK_DEFAULT_SAMPLE_RATE = 0;

    private static final int DEFAULT_BIT_RATE = 32;

    private static final int MAX_INSTRUCTION_CHARACTERS = 100;

    static RunTask parse(JsonObject payload) throws ProtocolException {
        if (!payload.containsKey("model")) {
            throw ProtocolException.missing("payload.model");
        }
        expect(payload, "task_group", "audio");
        expect(payload, "task", "tts");
        expect(payload, "function", "SpeechSynthesizer");
        JsonObject parameters = payload.getValue("parameters") instanceof JsonObject given ? given : new JsonObject();
        SpeechParameters speech = speech(payload.getValue("model"), parameters);
        return new RunTask(speech, flag(parameters, "word_timestamp_enabled"));
    }

    Model model() {
        return Model.of(speech.model());
    }

    /** Whether a text may be markup. */
    boolean takesSsml() {
        return model().takesSsml();
    }

    /** Checks everything that decides how a task sounds. */
    static SpeechParameters speech(Object model, JsonObject parameters) throws ProtocolException {
        Model known = Model.of(model);
        if (known == null) {
            throw ProtocolException.invalidParameter("Model not exist.");
        }
        String voice = voice(known, parameters);
        checkInstruction(known, parameters);
        oneOf(parameters, "text_type", Set.of("PlainText", "SSML"));
        listOfStrings(parameters, "language_hints");
        object(parameters, "hot_fix");
        flag(parameters, "phoneme_timestamp_enabled");
        checkAigcTag(parameters);
        flag(parameters, "enable_markdown_filter");
        return new SpeechParameters(known.id(), voice, format(parameters), sampleRate(parameters),
                integer(parameters, "volume", 0, 100, 50), number(parameters, "rate", 0.5, 2, 1),
                number(parameters, "pitch", 0.5, 2, 1), integer(parameters, "seed", 0, 65535, 0),
                integer(parameters, "bit_rate", 6, 510, DEFAULT_BIT_RATE), flag(parameters, "enable_ssml"));
    }

    private static String voice(Model model, JsonObject parameters) throws ProtocolException {
        if (!(parameters.getValue("voice") instanceof String voice) || voice.isBlank()) {
            throw ProtocolException.invalidParameter("Request voice is invalid!");
        }
        if (!model.has(voice)) {
            throw ProtocolException.engine(418);
        }
        return voice;
    }

    /** Which of the vendor's voices take fixed phrases only, and which ones, is not known well enough to be checked. */
    private static void checkInstruction(Model model, JsonObject parameters) throws ProtocolException {
        if (!(parameters.getValue("instruction", "") instanceof String instruction)) {
            throw ProtocolException.invalidParameter("instruction must be a string.");
        }
        int characters = Characters.count(instruction);
        if (characters > MAX_INSTRUCTION_CHARACTERS || characters > 0 && !model.takesInstructions()) {
            throw ProtocolException.engine(428);
        }
    }

    /** What the tag does to the audio is left out: it cannot be heard. */
    private static void checkAigcTag(JsonObject parameters) throws ProtocolException {
        flag(parameters, "enable_aigc_tag");
        for (String key : List.of("aigc_propagator", "aigc_propagate_id")) {
            if (!(parameters.getValue(key, "") instanceof String)) {
                throw ProtocolException.invalidParameter(key + " must be a string.");
            }
        }
    }

    private static AudioFormat format(JsonObject parameters) throws ProtocolException {
        Object name = parameters.getValue("format", SDK_DEFAULT_FORMAT);
        if (SDK_DEFAULT_FORMAT.equals(name)) {
            return AudioFormat.MP3;
        }
        AudioFormat format = name instanceof String string ? AudioFormat.named(string) : null;
        if (format == null) {
            throw ProtocolException.invalidParameter("format must be one of pcm, wav, mp3, opus.");
        }
        return format;
    }

    private static int sampleRate(JsonObject parameters) throws ProtocolException {
        Object rate = parameters.getValue("sample_rate", SDK_DEFAULT_SAMPLE_RATE);
        if (rate.equals(SDK_DEFAULT_SAMPLE_RATE)) {
            return AudioFormat.DEFAULT_SAMPLE_RATE;
        }
        if (!(rate instanceof Integer hertz) || !AudioFormat.SAMPLE_RATES.contains(hertz)) {
            throw ProtocolException.invalidParameter("sample_rate must be one of " + AudioFormat.SAMPLE_RATES.stream()
                    .sorted().map(String::valueOf).collect(Collectors.joining(", ")) + ".");
        }
        return hertz;
    }

    private static void expect(JsonObject payload, String key, String value) throws ProtocolException {
        if (!value.equals(payload.getValue(key))) {
            throw ProtocolException.invalidParameter(key + " must be " + value + ".");
        }
    }

    private static int integer(JsonObject parameters, String key, int least, int most, int standard)
            throws ProtocolException {
        double value = number(parameters, key, least, most, standard);
        if (value != Math.rint(value)) {
            throw outOfRange(key, least, most);
        }
        return (int) value;
    }

    private static double number(JsonObject parameters, String key, double least, double most, double standard)
            throws ProtocolException {
        Object value = parameters.getValue(key, standard);
        if (!(value instanceof Number number) || number.doubleValue() < least || number.doubleValue() > most) {
            throw outOfRange(key, least, most);
        }
        return number.doubleValue();
    }

    private static ProtocolException outOfRange(String key, double least, double most) {
        return ProtocolException.invalidParameter(key + " must be from " + plain(least) + " to " + plain(most) + ".");
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static boolean flag(JsonObject parameters, String key) throws ProtocolException {
        Object value = parameters.getValue(key, false);
        if (!(value instanceof Boolean flag)) {
            throw ProtocolException.invalidParameter(key + " must be true or false.");
        }
        return flag;
    }

    private static void oneOf(JsonObject parameters, String key, Set<String> values) throws ProtocolException {
        Object value = parameters.getValue(key);
        if (value != null && !values.contains(value)) {
            throw ProtocolException.invalidParameter(key + " is not supported.");
        }
    }

    private static void listOfStrings(JsonObject parameters, String key) throws ProtocolException {
        Object value = parameters.getValue(key, new JsonArray());
        if (!(value instanceof JsonArray list) || !list.stream().allMatch(String.class::isInstance)) {
            throw ProtocolException.invalidParameter(key + " must be a list of strings.");
        }
    }

    private static void object(JsonObject parameters, String key) throws ProtocolException {
        if (!(parameters.getValue(key, new JsonObject()) instanceof JsonObject)) {
            throw ProtocolException.invalidParameter(key + " must be an object.");
        }
    }
}
