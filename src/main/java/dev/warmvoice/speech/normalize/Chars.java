package dev.warmvoice.speech.normalize;

/** Kinds of characters. Letters and digits are those of ASCII, as in the marks of Markdown and in addresses. */
final class Chars {

    private Chars() {
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\t';
    }

    static boolean isDigit(int c) {
        return in(c, '0', '9');
    }

    static boolean isLetter(int c) {
        return in(c, 'a', 'z') || in(c, 'A', 'Z');
    }

    static boolean isAlphanumeric(int c) {
        return isLetter(c) || isDigit(c);
    }

    /** Whether it is of a script that has no spaces between words, or its punctuation. */
    static boolean isWide(int c) {
        return in(c, 0x3000, 0x30ff) || in(c, 0x3400, 0x9fff) || in(c, 0xff00, 0xff60);
    }

    static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
