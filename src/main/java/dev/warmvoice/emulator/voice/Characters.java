package dev.warmvoice.emulator.voice;

import java.lang.Character.UnicodeScript;

/** The service's way of counting text, for its limits and its bill: a Han character is 2, any other 1. */
public final class Characters {

    private Characters() {
    }

    /**
     * @param text
     *            without markup
     *
     * @return billed characters, by code point
     */
    public static int count(String text) {
        return text.codePoints().map(Characters::weight).sum();
    }

    private static int weight(int codePoint) {
        return UnicodeScript.of(codePoint) == UnicodeScript.HAN ? 2 : 1;
    }
}
