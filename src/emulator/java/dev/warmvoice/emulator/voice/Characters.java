package dev.warmvoice.emulator.voice;

import java.lang.Character.UnicodeScript;

/** The service's way of counting text, for its limits and its bill: a Han character is 2, any other 1. */
public final class Characters {

    private Characters() {
    }

    /**
     * @param text without markup
     *
     * @return billed characters, by code point
     */
    public static int count(String text) {
        return text.codePoints().map(Characters::weight).sum();
    }

    /**
     * Whether the service finds anything to speak in a text: blanks and punctuation alone are refused. What becomes of emoji
     * alone is not known; here they are text.
     *
     * @param text without markup
     *
     * @return whether it has anything besides blanks and punctuation
     */
    public static boolean areSpeakable(String text) {
        return text.codePoints().anyMatch(codePoint -> !isBlank(codePoint) && !isPunctuation(codePoint));
    }

    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint);
    }

    private static boolean isPunctuation(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                true;
            default -> false;
        };
    }

    private static int weight(int codePoint) {
        return UnicodeScript.of(codePoint) == UnicodeScript.HAN ? 2 : 1;
    }
}
