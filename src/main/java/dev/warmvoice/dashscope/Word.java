package dev.warmvoice.dashscope;

/**
 * When a word of the text is spoken.
 *
 * @param text the word itself
 * @param beginIndex where it begins in its sentence, in characters
 * @param endIndex where it ends, exclusive
 * @param beginMillis when it begins in the audio, in milliseconds
 * @param endMillis when it ends
 */
public record Word(String text, int beginIndex, int endIndex, int beginMillis, int endMillis) {
}
