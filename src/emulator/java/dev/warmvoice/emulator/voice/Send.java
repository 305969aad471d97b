package dev.warmvoice.emulator.voice;

/**
 * What one continue-task brings.
 *
 * @param text may be empty
 * @param flush whether what has come by then is spoken without waiting for the end of a sentence
 */
public record Send(String text, boolean flush) {
}
