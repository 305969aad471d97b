package dev.warmvoice.emulator.voice;

import java.util.List;

/**
 * A sentence as it is delivered.
 *
 * @param sentence the text
 * @param audio the next bytes of the task's audio; empty when nothing in the sentence can be spoken
 * @param seconds how long the audio plays
 * @param words in order of time
 */
public record SynthesizedSentence(String sentence, byte[] audio, double seconds, List<Word> words) {
}
