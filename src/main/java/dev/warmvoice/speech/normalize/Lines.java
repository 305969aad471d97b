package dev.warmvoice.speech.normalize;

/**
 * Reads the lines of a text: takes the marks from their beginnings, leaves code blocks out, and tells words and ends of
 * paragraphs apart. Not thread-safe.
 */
final class Lines {

    private enum State {
        /** Only marks have come of the line. */
        START,
        /** The rest of the line is text. */
        TEXT,
        /** The line begins a code block, or has a code span. */
        FENCE,
        /** Inside of a code block. */
        CODE
    }

    private final Words words;
    private final SpokenOutput output;
    private final StringBuilder marks = new StringBuilder();
    private State state = State.START;
    /** The beginning of the latest line with a fence. */
    private LineStart opening = LineStart.of("");
    private CodeBlock code = CodeBlock.NONE;
    private boolean afterReturn;
    /** Whether the line, as far as it is known, is part of a quote. */
    private boolean quoted;
    /** Whether the paragraph is part of a quote. */
    private boolean inQuote;
    private boolean endsWithLine;

    Lines(Words words, SpokenOutput output) {
        this.words = words;
        this.output = output;
    }

    void add(char c) {
        boolean secondOfLineBreak = afterReturn && c == '\n';
        afterReturn = c == '\r';
        if (!secondOfLineBreak) {
            next(afterReturn ? '\n' : c);
        }
    }

    /** Ends what is held back. A code block stays open, and of a line of marks there is nothing to speak yet. */
    void flush() {
        if (state == State.START && !LineStart.isRule(marks)) {
            decide();
        }
        words.flush();
    }

    private void next(char c) {
        switch (state) {
            case START -> start(c);
            case TEXT -> text(c);
            case FENCE -> fence(c);
            case CODE -> code(c);
        }
    }

    private void start(char c) {
        if (c == '\n') {
            endOfMarks();
        } else if (marks.length() == 0 && (Chars.isSpace(c) || c == '>')) {
            quoted |= c == '>';
        } else {
            marks.append(c);
            if (!LineStart.isMark(c) || marks.length() == Words.MAX_HELD) {
                decide();
            }
        }
    }

    /** The line has marks only. */
    private void endOfMarks() {
        if (LineStart.of(marks.toString()).fence() > 0) {
            decide();
            next('\n');
        } else if (LineStart.isRule(marks)) {
            endBlock();
            nextLine();
        } else {
            decide();
            text('\n');
        }
    }

    private void decide() {
        LineStart line = LineStart.of(marks.toString());
        if (line.fence() > 0) {
            opening = line;
            marks.setLength(0);
            state = State.FENCE;
        } else {
            begin(line);
        }
    }

    private void begin(LineStart line) {
        boolean isQuoted = quoted || line.quoted();
        if (line.startsBlock() || (isQuoted && !inQuote)) {
            endBlock();
            inQuote = isQuoted;
        }
        words.beginLine(line);
        endsWithLine = line.endsWithLine();
        state = State.TEXT;
        marks.setLength(0);
        line.text().chars().forEach(c -> words.add((char) c));
    }

    private void text(char c) {
        if (c != '\n') {
            words.add(c);
            return;
        }
        if (endsWithLine) {
            endBlock();
        } else {
            words.add('\n');
        }
        nextLine();
    }

    private void endBlock() {
        words.endBlock();
        inQuote = false;
    }

    private void nextLine() {
        state = State.START;
        marks.setLength(0);
        quoted = false;
        endsWithLine = false;
    }

    /** The line begins a code block, unless another backtick comes: then it has a code span. */
    private void fence(char c) {
        if (c == '\n' || marks.length() == Words.MAX_HELD) {
            endBlock();
            code = new CodeBlock(opening.text().charAt(0), opening.fence(), quoted || opening.quoted(), c == '\n');
            state = State.CODE;
        } else if (c == '`' && opening.text().charAt(0) == '`') {
            begin(opening.withText(opening.text() + marks));
            words.add(c);
        } else {
            marks.append(c);
        }
    }

    private void code(char c) {
        output.leftOut();
        CodeBlock.Place place = code.take(c);
        if (place != CodeBlock.Place.INSIDE) {
            nextLine();
        }
        if (place == CodeBlock.Place.OUTSIDE) {
            next(c);
        }
    }
}
