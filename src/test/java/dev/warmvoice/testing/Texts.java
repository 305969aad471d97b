package dev.warmvoice.testing;

/** Texts for speech in tests. */
public final class Texts {

    public static final String SENTENCE = "Good morning. Your train leaves at nine.";
    /** About 30 s of speech: enough frames for a stop in mid-audio. */
    public static final String STORY = "The quick brown fox jumps over the lazy dog, again and again. ".repeat(8);

    private Texts() {
    }
}
