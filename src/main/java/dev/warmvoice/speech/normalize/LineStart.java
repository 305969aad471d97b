package dev.warmvoice.speech.normalize;

/**
 * What the first characters of a line make of it, in the terms of CommonMark. Indentation means nothing: what is
 * indented belongs to a list more often than it is code.
 *
 * @param quoted whether it has the mark of a quote
 * @param startsBlock whether it does not continue the paragraph above
 * @param item whether it begins an item of a list
 * @param endsWithLine whether its paragraph does: a heading, or a row of a table
 * @param fence the length of the fence of a code block that it begins; 0 if it does not
 * @param text what is left without the marks; the number of an item stays
 */
record LineStart(boolean quoted, boolean startsBlock, boolean item, boolean endsWithLine, int fence, String text) {

    private static final int MIN_FENCE = 3;
    private static final int MAX_NUMBER = 9;
    private static final int MAX_HEADING = 6;

    /** Whether a character may be one of a mark, so that the next one decides. */
    static boolean isMark(char c) {
        return isRule(c) || Chars.isDigit(c) || c == '.' || c == ')' || c == '`';
    }

    /** Whether a line of such characters only has nothing to speak: a rule, or the line below a heading of a table. */
    private static boolean isRule(char c) {
        return switch (c) {
            case ' ', '\t', '>', '-', '+', '*', '_', '#', '=', '~', '|', ':' -> true;
            default -> false;
        };
    }

    /** Whether a line that begins, and ends, with this has nothing to speak. */
    static boolean isRule(CharSequence line) {
        return line.chars().allMatch(c -> isRule((char) c));
    }

    /** @param line its first marks and the character after them, if it has one */
    static LineStart of(String line) {
        return new Reader(line).read();
    }

    /** The same line with a code span instead of a fence. */
    LineStart withText(String codeSpan) {
        return new LineStart(quoted, startsBlock, item, endsWithLine, 0, codeSpan);
    }

    private static final class Reader {

        private final String line;
        private int at;
        private boolean quoted;
        private boolean item;
        private String number = "";

        Reader(String line) {
            this.line = line;
        }

        LineStart read() {
            while (container()) {
                // quotes and lists contain each other
            }
            boolean block = item || !number.isEmpty();
            int fence = Math.max(run('`', at), run('~', at));
            if (fence >= MIN_FENCE && (line.charAt(at) == '~' || line.indexOf('`', at + fence) < 0)) {
                return new LineStart(quoted, block, item, false, fence, line.substring(at));
            }
            int heading = run('#', at);
            if (heading > 0 && heading <= MAX_HEADING && isSpaceOrEnd(at + heading)) {
                return new LineStart(quoted, true, item, true, 0, number + line.substring(at + heading));
            }
            boolean row = at < line.length() && line.charAt(at) == '|';
            return new LineStart(quoted, block || row, item, row, 0, number + line.substring(at));
        }

        private boolean container() {
            while (at < line.length() && Chars.isSpace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return false;
            }
            char c = line.charAt(at);
            if (c == '>') {
                quoted = true;
                at++;
                return true;
            }
            boolean isBullet = (c == '-' || c == '+' || c == '*') && isSpaceOrEnd(at + 1);
            return isBullet ? bullet() : number();
        }

        private boolean bullet() {
            item = true;
            at++;
            return true;
        }

        private boolean number() {
            int end = at;
            while (end < line.length() && Chars.isDigit(line.charAt(end))) {
                end++;
            }
            boolean isNumber = end > at && end - at <= MAX_NUMBER && end < line.length()
                    && (line.charAt(end) == '.' || line.charAt(end) == ')') && isSpaceOrEnd(end + 1);
            if (isNumber) {
                item = true;
                number += line.substring(at, end + 1) + " ";
                at = end + 1;
            }
            return isNumber;
        }

        private int run(char mark, int from) {
            int end = from;
            while (end < line.length() && line.charAt(end) == mark) {
                end++;
            }
            return end - from;
        }

        private boolean isSpaceOrEnd(int index) {
            return index >= line.length() || Chars.isSpace(line.charAt(index));
        }
    }
}
