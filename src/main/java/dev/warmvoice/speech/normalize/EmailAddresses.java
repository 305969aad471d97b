package dev.warmvoice.speech.normalize;

/**
 * Makes e-mail addresses speakable: the sign in the middle becomes the word for it in the script of the paragraph, as
 * far as that is known. Not thread-safe.
 */
final class EmailAddresses {

    /** Later ones outweigh earlier ones: a Japanese text has Han characters, and any text Latin words. */
    private enum Script {

        UNKNOWN("@"),
        LATIN("at"),
        OTHER("@"),
        HAN("\u827e\u7279"),
        HANGUL("\uace8\ubc45\uc774"),
        KANA("\u30a2\u30c3\u30c8");

        private final String at;

        Script(String at) {
            this.at = at;
        }

        static Script of(int codePoint) {
            if (!Character.isLetter(codePoint)) {
                return UNKNOWN;
            }
            return switch (Character.UnicodeScript.of(codePoint)) {
                case LATIN -> LATIN;
                case HAN -> HAN;
                case HANGUL -> HANGUL;
                case HIRAGANA, KATAKANA -> KANA;
                default -> OTHER;
            };
        }

        Script or(Script other) {
            return compareTo(other) < 0 ? other : this;
        }
    }

    private static final String SCHEME = "mailto:";

    private Script before = Script.UNKNOWN;
    private Script paragraph = Script.UNKNOWN;

    /** What follows may be in another script. */
    void endParagraph() {
        if (paragraph != Script.UNKNOWN) {
            before = paragraph;
            paragraph = Script.UNKNOWN;
        }
    }

    /** The text with speakable addresses. */
    String speakable(String text) {
        StringBuilder result = new StringBuilder();
        int done = 0;
        for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
            int begin = begin(text, at, done);
            int end = end(text, at);
            if (begin < at && end > at) {
                String name = text.substring(begin, at);
                look(text, done, begin);
                result.append(text, done, begin)
                        .append(name.startsWith(SCHEME) ? name.substring(SCHEME.length()) : name);
                result.append(' ').append(word()).append(' ').append(text, at + 1, end);
                done = end;
            }
        }
        look(text, done, text.length());
        return result.append(text, done, text.length()).toString();
    }

    private String word() {
        return (paragraph == Script.UNKNOWN ? before : paragraph).at;
    }

    private void look(String text, int begin, int end) {
        for (int i = begin; i < end; i += Character.charCount(text.codePointAt(i))) {
            paragraph = paragraph.or(Script.of(text.codePointAt(i)));
        }
    }

    private static int begin(String text, int at, int from) {
        int begin = at;
        while (begin > from
                && (Chars.isAlphanumeric(text.charAt(begin - 1)) || "._%+-:".indexOf(text.charAt(begin - 1)) >= 0)) {
            begin--;
        }
        int colon = text.lastIndexOf(':', at);
        boolean isScheme = text.startsWith(SCHEME, begin) && colon == begin + SCHEME.length() - 1;
        return (colon < begin || isScheme) ? begin : colon + 1;
    }

    /** The end of the host, which has a dot and ends with a letter or a digit; the sign itself if there is none. */
    private static int end(String text, int at) {
        int end = at + 1;
        while (end < text.length() && (Chars.isAlphanumeric(text.charAt(end)) || "-.".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        while (end > at + 1 && !Chars.isAlphanumeric(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(at + 1, end).indexOf('.') > 0 ? end : at;
    }
}
