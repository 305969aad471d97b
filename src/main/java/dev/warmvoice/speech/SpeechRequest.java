package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskSpec;
import java.util.List;
import java.util.Map;

/**
 * A validated request for one utterance. Null stands for the service's default.
 *
 * @param text what is said; null if it comes bit by bit
 * @param model for example {@code cosyvoice-v3-flash}
 * @param voice a voice of the model, or a cloned one
 * @param format how the audio is encoded
 * @param sampleRate in Hz
 * @param bitRate in kbit/s, for Opus only
 * @param volume 0 to 100
 * @param speed 0.5 to 2
 * @param pitch 0.5 to 2
 * @param seed 0 to 65535
 * @param instructions how to speak, in words
 * @param language of the text
 * @param pronunciation word to pinyin
 * @param replacement word to what is spoken in its place
 * @param timestamps whether to tell when each word is spoken
 */
public record SpeechRequest(SpokenText text, String model, String voice, AudioFormat format, int sampleRate,
        Integer bitRate, Integer volume, Float speed, Float pitch, Integer seed, String instructions, String language,
        List<Map<String, String>> pronunciation, List<Map<String, String>> replacement, boolean timestamps) {

    TaskSpec spec() {
        return new TaskSpec(model, voice, format.id(), sampleRate, bitRate, volume, speed, pitch, seed, instructions,
                language, pronunciation, replacement, timestamps, text != null && text.isSsml());
    }

    /** Leaves the text out: records are logged. */
    @Override
    public String toString() {
        return "SpeechRequest[" + format + (text == null ? "]" : ", " + text.characters() + " characters]");
    }
}
