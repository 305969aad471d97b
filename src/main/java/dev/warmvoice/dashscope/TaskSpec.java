package dev.warmvoice.dashscope;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one synthesis task, in the service's own terms. A null means "the service's default" and is not sent;
 * the client of this package checks ranges.
 *
 * @param model for example {@code cosyvoice-v3-flash}
 * @param voice the voice's name
 * @param seed 0 to 65535
 * @param instruction how to speak, in words
 * @param languageHint the language of the text; the service reads one only
 * @param wordTimestamps whether the service reports when each word is spoken
 * @param ssml whether the text is an SSML document, which the service takes in one piece only
 * @param markdownFilter whether the service takes Markdown out of the text
 */
public record TaskSpec(String model, String voice, Encoding encoding, Prosody prosody, @Nullable Integer seed,
        @Nullable String instruction, @Nullable String languageHint, HotFix hotFix, boolean wordTimestamps,
        boolean ssml, @Nullable Boolean markdownFilter) {

    /** The same task for another model. */
    public TaskSpec withModel(String other) {
        return new TaskSpec(other, voice, encoding, prosody, seed, instruction, languageHint, hotFix, wordTimestamps,
                ssml, markdownFilter);
    }

    /** A task of the same voice and encoding for plain text, without anything that a service may refuse. */
    public TaskSpec plain(String otherModel) {
        return new TaskSpec(otherModel, voice, encoding, new Prosody(null, null, null), null, null, null,
                new HotFix(null, null), false, false, null);
    }

    /**
     * How the audio is encoded.
     *
     * @param format {@code mp3}, {@code wav}, {@code pcm} or {@code opus}
     * @param sampleRate in Hz
     * @param bitRate in kbit/s, opus only
     * @param aigcTag what marks the audio as made by a machine; null for no mark
     */
    public record Encoding(String format, int sampleRate, @Nullable Integer bitRate, @Nullable AigcTag aigcTag) {
    }

    /**
     * A mark in the audio file that cannot be heard, which Chinese law asks for. Null stands for the service's default.
     *
     * @param propagator who publishes the audio; the account by default
     * @param propagateId the id of this publication; the task's by default
     */
    public record AigcTag(@Nullable String propagator, @Nullable String propagateId) {
    }

    /**
     * How it sounds.
     *
     * @param volume 0 to 100
     * @param rate speed of speech, 1 is normal
     * @param pitch 1 is normal
     */
    public record Prosody(@Nullable Integer volume, @Nullable Float rate, @Nullable Float pitch) {
    }

    /**
     * How single words are spoken.
     *
     * @param pronunciation word to pinyin
     * @param replacement word to what is spoken instead
     */
    public record HotFix(@Nullable List<Map<String, String>> pronunciation,
            @Nullable List<Map<String, String>> replacement) {
    }
}
