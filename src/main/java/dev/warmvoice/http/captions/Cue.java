package dev.warmvoice.http.captions;

/**
 * What is on the screen at a time.
 *
 * @param beginMs when it appears, in milliseconds of the audio
 * @param endMs when it disappears
 * @param text on one line or two
 */
record Cue(int beginMs, int endMs, String text) {
}
