package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A validated request for one utterance. Null stands for the service's default.
 *
 * @param text the text; null if it comes bit by bit
 * @param model for example {@code cosyvoice-v3-flash}
 * @param voice a voice of the model, or a cloned one
 * @param seed 0 to 65535
 * @param instructions how to speak, in words
 * @param language of the text
 * @param timestamps whether to report when each word is spoken
 * @param markdownFilter whether the service is to take Markdown out of the text
 * @param normalize whether text that comes bit by bit is made speakable; a text that is there is already
 */
public record SpeechRequest(@Nullable SpokenText text, String model, String voice, Encoding encoding,
        Prosody prosody, @Nullable Integer seed, @Nullable String instructions, @Nullable String language,
        HotFix hotFix, boolean timestamps, @Nullable Boolean markdownFilter, boolean normalize) {

    /**
     * How the audio is encoded.
     *
     * @param sampleRate in Hz
     * @param bitRate in kbit/s, for Opus only
     * @param aigcTag what marks the audio as made by a machine; null for no mark
     */
    public record Encoding(AudioFormat format, int sampleRate, @Nullable Integer bitRate, @Nullable AigcTag aigcTag) {

        TaskSpec.Encoding spec() {
            return new TaskSpec.Encoding(format.id(), sampleRate, bitRate,
                    aigcTag == null ? null : new TaskSpec.AigcTag(aigcTag.propagator(), aigcTag.propagateId()));
        }
    }

    /**
     * A mark in the audio file that cannot be heard.
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
     * @param speed 0.5 to 2
     * @param pitch 0.5 to 2
     */
    public record Prosody(@Nullable Integer volume, @Nullable Float speed, @Nullable Float pitch) {

        /** The service's default. */
        public static final Prosody NORMAL = new Prosody(null, null, null);
    }

    /**
     * How single words are spoken.
     *
     * @param pronunciation word to pinyin
     * @param replacement word to what is spoken instead
     */
    public record HotFix(@Nullable List<Map<String, String>> pronunciation,
            @Nullable List<Map<String, String>> replacement) {

        /** No word is spoken differently. */
        public static final HotFix NONE = new HotFix(null, null);
    }

    /** The same request, with its text. */
    SpeechRequest withText(SpokenText whole) {
        return new SpeechRequest(whole, model, voice, encoding, prosody, seed, instructions, language, hotFix,
                timestamps, markdownFilter, normalize);
    }

    public AudioFormat format() {
        return encoding.format();
    }

    TaskSpec spec() {
        return new TaskSpec(model, voice,
                encoding.spec(), new TaskSpec.Prosody(prosody.volume(), prosody.speed(), prosody.pitch()), seed,
                instructions, language,
                new TaskSpec.HotFix(hotFix.pronunciation(), hotFix.replacement()), timestamps,
                text != null && text.isSsml(), markdownFilter);
    }

    /**
     * Everything that makes the audio, the text included: to be hashed, and in no log. To be called on a request that has
     * its text.
     */
    public byte[] identity() {
        return RequestIdentity.of(this);
    }

    /** Leaves the text out: records are logged. */
    @Override
    public String toString() {
        return "SpeechRequest[" + format() + (text == null ? "]" : ", " + text.characters() + " characters]");
    }
}
