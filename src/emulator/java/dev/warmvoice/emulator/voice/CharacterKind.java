package dev.warmvoice.emulator.voice;

import java.lang.Character.UnicodeScript;

/** How the emulator's voice sounds a character. */
enum CharacterKind {

    /** Latin letters and digits: read as English. */
    AS_ENGLISH,

    /** Letters and digits of any other script: a soft tone each. */
    AS_TONE,

    /** Blanks, punctuation, symbols. */
    NOT;

    static CharacterKind of(int codePoint) {
        if (!Character.isLetterOrDigit(codePoint)) {
            return NOT;
        }
        boolean asciiDigit = codePoint >= '0' && codePoint <= '9';
        return asciiDigit || UnicodeScript.of(codePoint) == UnicodeScript.LATIN ? AS_ENGLISH : AS_TONE;
    }
}
