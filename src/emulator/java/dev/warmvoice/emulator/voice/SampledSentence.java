package dev.warmvoice.emulator.voice;

import java.util.List;

/**
 * Something spoken, before it is encoded.
 *
 * @param samples mono
 * @param words in order of time
 */
record SampledSentence(short[] samples, List<Word> words) {
}
