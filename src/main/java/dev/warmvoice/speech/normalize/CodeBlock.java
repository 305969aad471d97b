package dev.warmvoice.speech.normalize;

/** A code block between fences, of which nothing is spoken: finds its end. Not thread-safe. */
final class CodeBlock {

    enum Place {
        INSIDE,
        /** The last character of the closing fence's line. */
        LAST,
        /** The first character of a line outside of the quote that the block is part of. */
        OUTSIDE
    }

    static final CodeBlock NONE = new CodeBlock('`', 0, false, true);

    private final char mark;
    private final int length;
    private final boolean quoted;
    /** Whether the line may still be the closing fence. */
    private boolean candidate;
    private boolean lineQuoted;
    private boolean spaceAfter;
    private int run;

    /**
     * @param mark of the fence
     * @param length of the fence
     * @param quoted whether it is part of a quote, and ends with it
     * @param atLineStart whether the line of the opening fence is over
     */
    CodeBlock(char mark, int length, boolean quoted, boolean atLineStart) {
        this.mark = mark;
        this.length = length;
        this.quoted = quoted;
        this.candidate = atLineStart;
        this.lineQuoted = !atLineStart;
    }

    /** Where the next character is. */
    Place take(char c) {
        boolean space = Chars.isSpace(c);
        if (candidate && run == 0 && quoted && !lineQuoted && !space && c != '>') {
            return Place.OUTSIDE;
        }
        if (c == '\n') {
            return endOfLine();
        }
        if (candidate && run == 0 && (space || c == '>')) {
            lineQuoted |= c == '>';
        } else if (candidate && c == mark && !spaceAfter) {
            run++;
        } else {
            spaceAfter = space;
            candidate &= space;
        }
        return Place.INSIDE;
    }

    private Place endOfLine() {
        boolean closes = candidate && run >= length;
        candidate = true;
        lineQuoted = false;
        spaceAfter = false;
        run = 0;
        return closes ? Place.LAST : Place.INSIDE;
    }
}
