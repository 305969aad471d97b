package dev.warmvoice.speech.normalize;

/** Removes emoji: pictures, flags, keycaps, and what modifies them. Digits and signs that are no keycaps stay. */
final class Emoji {

    private static final int KEYCAP = 0x20e3;
    private static final int JOINER = 0x200d;
    private static final int TEXT_STYLE = 0xfe0e;
    private static final int EMOJI_STYLE = 0xfe0f;

    private Emoji() {
    }

    /** The text with spaces in place of its emoji. */
    static String remove(String text) {
        if (text.chars().allMatch(c -> c < KEYCAP)) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        int[] codePoints = text.codePoints().toArray();
        for (int i = 0; i < codePoints.length;) {
            int end = end(codePoints, i);
            if (end == i) {
                result.appendCodePoint(codePoints[i++]);
            } else {
                i = end;
                gap(result, i < codePoints.length ? codePoints[i] : ' ');
            }
        }
        return result.toString();
    }

    /** Words next to an emoji stay apart, and punctuation next to one does not. */
    private static void gap(StringBuilder result, int next) {
        int length = result.length();
        boolean afterSpace = length == 0 || Character.isWhitespace(result.charAt(length - 1));
        boolean beforeMark = Character.isWhitespace(next) || ",.!?;:)".indexOf(next) >= 0;
        if (afterSpace && beforeMark && length > 0 && next != ' ') {
            result.setLength(length - 1);
        } else if (!afterSpace && !beforeMark) {
            result.append(' ');
        }
    }

    /** The end of the emoji that begins there; the same place if none does. */
    private static int end(int[] text, int begin) {
        int end = single(text, begin);
        while (end > begin && end < text.length) {
            int next = text[end];
            if (next == JOINER && end + 1 < text.length && single(text, end + 1) > end + 1) {
                end = single(text, end + 1);
            } else if (next == JOINER || isStyle(next) || isTag(next)) {
                end++;
            } else {
                return end;
            }
        }
        return end;
    }

    private static int single(int[] text, int at) {
        int next = at + 1 < text.length ? text[at + 1] : 0;
        int afterNext = at + 2 < text.length ? text[at + 2] : 0;
        if (isKeycapBase(text[at])) {
            boolean styled = isStyle(next) && afterNext == KEYCAP;
            return styled ? at + 3 : next == KEYCAP ? at + 2 : at;
        }
        if (next == EMOJI_STYLE && !Character.isWhitespace(text[at])
                && (!Character.isLetter(text[at]) || text[at] == 0x2139)) {
            return at + 2;
        }
        boolean isPart = isStyle(text[at]) || isTag(text[at]) || text[at] == KEYCAP;
        return (isPart || isPicture(text[at])) ? at + 1 : at;
    }

    private static boolean isKeycapBase(int codePoint) {
        return Chars.isDigit(codePoint) || codePoint == '#' || codePoint == '*';
    }

    private static boolean isStyle(int codePoint) {
        return codePoint == TEXT_STYLE || codePoint == EMOJI_STYLE;
    }

    /** Of the flags of regions, such as Scotland's. */
    private static boolean isTag(int codePoint) {
        return Chars.in(codePoint, 0xe0020, 0xe007f);
    }

    /**
     * Whether it is a picture by itself. Signs that are text unless a style follows, such as the arrows and the
     * copyright sign, and the numbers among the dingbats are not.
     */
    private static boolean isPicture(int c) {
        return Chars.in(c, 0x2600, 0x2775) || Chars.in(c, 0x2794, 0x27bf) || Chars.in(c, 0x1f000, 0x1f0ff)
                || Chars.in(c, 0x1f16c, 0x1faff)
                || Chars.in(c, 0x1fc00, 0x1fffd) || Chars.in(c, 0x231a, 0x231b) || Chars.in(c, 0x23e9, 0x23f3)
                || Chars.in(c, 0x23f8, 0x23fa)
                || Chars.in(c, 0x25fd, 0x25fe) || Chars.in(c, 0x2b1b, 0x2b1c) || c == 0x2328 || c == 0x23cf
                || c == 0x2b50
                || c == 0x2b55;
    }
}
