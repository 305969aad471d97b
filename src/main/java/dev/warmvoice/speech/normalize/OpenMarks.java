package dev.warmvoice.speech.normalize;

/**
 * Which inline constructs of Markdown are open after a character, such as emphasis or a link. In doubt a construct is
 * taken for open: then text is held back for longer, and commonmark decides what it is. Not thread-safe.
 */
final class OpenMarks {

    private char previous = ' ';
    private boolean escaped;
    private boolean linkText;
    /** The mark that is being repeated, and how often it was; what came before it. */
    private char run;
    private int runLength;
    private char beforeRun;
    private int stars;
    private int underscores;
    /** The length of the backticks that opened a code span. */
    private int code;
    private int brackets;
    /** The parentheses that are open in the destination of a link. */
    private int destination;
    private boolean tag;

    /** Everything is closed. What follows comes after a space, or after punctuation, which is the same here. */
    void reset() {
        previous = ' ';
        escaped = false;
        linkText = false;
        runLength = 0;
        stars = 0;
        underscores = 0;
        code = 0;
        brackets = 0;
        destination = 0;
        tag = false;
    }

    boolean isOpen() {
        return stars > 0 || underscores > 0 || code > 0 || brackets > 0 || destination > 0 || tag || runLength > 0;
    }

    boolean inDestination() {
        return destination > 0;
    }

    /** Whether the last character was a backslash that applies to the next one. */
    boolean isEscaping() {
        return escaped;
    }

    void add(char c) {
        if (runLength > 0 && c == run) {
            runLength++;
            return;
        }
        if (runLength > 0) {
            endRun(c);
        }
        boolean literal = escaped;
        escaped = false;
        if (code > 0 || tag) {
            inside(c);
        } else if (!literal) {
            single(c);
        }
        linkText &= c == ']';
        previous = c;
    }

    private void inside(char c) {
        if (code > 0 && c == '`') {
            beginRun(c);
        } else if (tag && c == '>') {
            tag = false;
        }
    }

    private void single(char c) {
        switch (c) {
            case '`' -> beginRun(c);
            case '*', '_' -> {
                if (destination == 0) {
                    beginRun(c);
                }
            }
            case '\\' -> escaped = true;
            case '[' -> brackets += destination == 0 ? 1 : 0;
            case ']' -> {
                linkText = brackets > 0;
                brackets -= linkText ? 1 : 0;
            }
            case '(' -> destination += (linkText || destination > 0) ? 1 : 0;
            case ')' -> destination -= destination > 0 ? 1 : 0;
            default -> tag = previous == '<' && beginsTag(c);
        }
    }

    private static boolean beginsTag(char c) {
        return Chars.isLetter(c) || c == '/' || c == '!' || c == '?';
    }

    private void beginRun(char c) {
        run = c;
        runLength = 1;
        beforeRun = previous;
    }

    private void endRun(char next) {
        switch (run) {
            case '`' -> {
                if (code == 0) {
                    code = runLength;
                } else if (code == runLength) {
                    code = 0;
                }
            }
            case '*' -> stars = emphasis(stars, false, next);
            default -> underscores = emphasis(underscores, true, next);
        }
        runLength = 0;
        previous = run;
    }

    /**
     * How many marks are open after a run. Unlike in CommonMark, a run closes emphasis even between punctuation and a
     * letter, which is common where words are not separated by spaces.
     */
    private int emphasis(int open, boolean atWordEndsOnly, char next) {
        if (open > 0 && !isSpace(beforeRun) && !(atWordEndsOnly && Character.isLetterOrDigit(next))) {
            return Math.max(0, open - runLength);
        }
        boolean opens = !isSpace(next) && !(atWordEndsOnly && Character.isLetterOrDigit(beforeRun));
        return opens ? open + runLength : open;
    }

    private static boolean isSpace(char c) {
        return Chars.isSpace(c) || c == '\n';
    }
}
