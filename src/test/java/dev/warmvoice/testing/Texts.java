package dev.warmvoice.testing;

/** What tests have spoken. */
public final class Texts {

    public static final String SENTENCE = "Good morning. Your train leaves at nine.";
    /** About 30 s of speech: enough frames to stop in the middle of. */
    public static final String STORY = "The quick brown fox jumps over the lazy dog, again and again. ".repeat(8);

    private Texts() {
    }
}
