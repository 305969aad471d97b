package dev.warmvoice.speech.normalize;

/**
 * Makes a text speakable while it comes. What the pieces become is, joined, what the text becomes in one piece,
 * wherever it is cut. A word is released as soon as no Markdown can change it any more; a construct that stays open,
 * such as emphasis, holds back at most {@link #MAX_HELD} characters, and not beyond its paragraph. Not thread-safe.
 */
public final class TextNormalizer {

    /** Max characters that are held back. */
    public static final int MAX_HELD = Words.MAX_HELD;

    private final SpokenOutput output = new SpokenOutput();
    private final Lines lines = new Lines(new Words(output), output);

    /**
     * Makes a complete text speakable.
     *
     * @param text without half surrogate pairs
     */
    public static String normalize(String text) {
        TextNormalizer normalizer = new TextNormalizer();
        return normalizer.add(text) + normalizer.flush();
    }

    /**
     * Adds text.
     *
     * @return what can be spoken now; may be empty
     */
    public String add(String text) {
        for (int i = 0; i < text.length(); i++) {
            lines.add(text.charAt(i));
        }
        return output.take();
    }

    /**
     * Ends what is held back, as the end of the text does. What follows continues its line.
     *
     * @return what was held back; may be empty
     */
    public String flush() {
        lines.flush();
        return output.take();
    }
}
