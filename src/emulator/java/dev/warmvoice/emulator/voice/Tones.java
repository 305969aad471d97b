package dev.warmvoice.emulator.voice;

import java.util.ArrayList;
import java.util.List;

/** "Reads" scripts FreeTTS cannot: every letter is a soft tone about as long as a spoken Chinese syllable. */
final class Tones {

    private static final double SECONDS_PER_LETTER = 0.2;
    private static final double SECONDS_PER_PUNCTUATION_MARK = 0.12;
    private static final double SOUNDING = 0.85;
    private static final double FADE_SECONDS = 0.02;
    private static final double AMPLITUDE = 5000;

    private Tones() {
    }

    static SampledSentence speak(String text, double hertz, double rate) {
        int letter = (int) (SECONDS_PER_LETTER / rate * English.SAMPLE_RATE);
        int pause = (int) (SECONDS_PER_PUNCTUATION_MARK / rate * English.SAMPLE_RATE);
        var samples = new short[text.codePoints().map(c -> lengthOf(c, letter, pause)).sum()];
        List<Word> words = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            int length = lengthOf(codePoint, letter, pause);
            if (isTone(codePoint)) {
                // Up to an octave above the voice's pitch, by character: the ear hears a melody, a test a difference.
                sound(samples, at, length, hertz * StrictMath.pow(2, codePoint % 13 / 12.0));
                words.add(new Word(text.substring(i, next), i, next, seconds(at), seconds(at + length)));
            }
            at += length;
            i = next;
        }
        return new SampledSentence(samples, words);
    }

    private static boolean isTone(int codePoint) {
        return CharacterKind.of(codePoint) != CharacterKind.NOT;
    }

    private static int lengthOf(int codePoint, int letter, int pause) {
        if (isTone(codePoint)) {
            return letter;
        }
        return Character.isWhitespace(codePoint) ? 0 : pause;
    }

    private static void sound(short[] samples, int at, int length, double hertz) {
        int sounding = (int) (length * SOUNDING);
        double fade = FADE_SECONDS * English.SAMPLE_RATE;
        for (int i = 0; i < sounding; i++) {
            double envelope = Math.min(1, Math.min(i, sounding - i) / fade);
            double angle = 2 * Math.PI * hertz * i / English.SAMPLE_RATE;
            samples[at + i] = (short) (AMPLITUDE * envelope * StrictMath.sin(angle));
        }
    }

    private static double seconds(int samples) {
        return samples / (double) English.SAMPLE_RATE;
    }
}
