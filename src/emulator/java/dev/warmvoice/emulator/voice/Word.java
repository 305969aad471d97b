package dev.warmvoice.emulator.voice;

/**
 * A word and when it is heard.
 *
 * @param text the word as written
 * @param beginIndex where it begins in its sentence, in UTF-16 units
 * @param endIndex where it ends, exclusive
 * @param begin seconds from the beginning of its sentence's audio
 * @param end seconds likewise, never after the end of that audio
 */
public record Word(String text, int beginIndex, int endIndex, double begin, double end) {

    Word shifted(int characters, double seconds) {
        return new Word(text, beginIndex + characters, endIndex + characters, begin + seconds, end + seconds);
    }
}
