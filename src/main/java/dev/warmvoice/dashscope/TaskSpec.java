package dev.warmvoice.dashscope;

import java.util.List;
import java.util.Map;

/**
 * The parameters of one synthesis task, in the service's own terms. A null means "the service's default" and is not
 * sent; ranges are the caller's business.
 *
 * @param model for example {@code cosyvoice-v3-flash}
 * @param voice the voice's name
 * @param format {@code mp3}, {@code wav}, {@code pcm} or {@code opus}
 * @param sampleRate in Hz
 * @param bitRate in kbit/s, opus only
 * @param volume 0 to 100
 * @param rate speed of speech, 1 is normal
 * @param pitch 1 is normal
 * @param seed 0 to 65535
 * @param instruction how to speak, in words
 * @param languageHint of which the service reads one only
 * @param pronunciation word to pinyin
 * @param replacement word to what is spoken in its place
 * @param wordTimestamps whether the service reports when each word is spoken
 * @param ssml whether the text is an SSML document, which the service takes in one piece only
 */
public record TaskSpec(String model, String voice, String format, int sampleRate, Integer bitRate, Integer volume,
        Float rate, Float pitch, Integer seed, String instruction, String languageHint,
        List<Map<String, String>> pronunciation, List<Map<String, String>> replacement, boolean wordTimestamps,
        boolean ssml) {
}
