package dev.warmvoice.speech.normalize;

import java.util.regex.Pattern;

/**
 * Releases the text of a paragraph word by word. What an open inline construct is part of is held back until it is
 * closed, the paragraph ends or there is too much of it. Not thread-safe.
 */
final class Words {

    /** At the speed of a language model, less than the 23 s for which the service waits for text. */
    static final int MAX_HELD = 1000;

    /** Not spoken, and sometimes a whole image. */
    private static final int MAX_DESTINATION = 100;
    private static final Pattern TASK_BOX = Pattern.compile("\\[[ xX]]");
    /** What has no address is a text in brackets: a stage direction, or a speaker. */
    private static final Pattern LINK_DEFINITION = Pattern
            .compile("\\[[^\\]]+]:\\s*<?(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}://"
                    + "|mailto:|www\\.|\\.{0,2}/|#)\\S*(?:\\s+[\"'(].*)?", Pattern.DOTALL);
    /** The marks that a heading may end with. */
    private static final Pattern CLOSING = Pattern.compile("#{1,6}\\s{0,9}");

    private final SpokenOutput output;
    private final OpenMarks marks = new OpenMarks();
    private final Inline inline = new Inline();
    private final StringBuilder held = new StringBuilder();
    /** Where the last space in it is. */
    private int lastSpace;
    /** How long the destination of a link is, up to here. */
    private int destination;
    /** Spaces right before. */
    private int spaces;
    private boolean atBlockStart = true;
    private boolean atItemStart;
    private boolean inRow;
    private boolean inHeading;
    private boolean inDefinition;

    Words(SpokenOutput output) {
        this.output = output;
    }

    void beginLine(LineStart line) {
        atItemStart |= line.item();
        inRow = line.endsWithLine();
        inHeading = inRow && !line.text().startsWith("|");
    }

    /** The paragraph is over. */
    void endBlock() {
        release();
        output.pause();
        inline.endParagraph();
        atBlockStart = true;
        atItemStart = false;
    }

    /** Releases what is held back. */
    void flush() {
        release();
    }

    /** @param c a line break only between lines of the same paragraph */
    void add(char c) {
        boolean escaped = marks.isEscaping();
        marks.add(c);
        if (Chars.isSpace(c) || c == '\n') {
            space(c, escaped);
            return;
        }
        if (c == '|' && !escaped && !marks.isOpen() && (inRow || spaces > 0)) {
            release();
            output.cell();
            spaces = 1;
        } else {
            word(c);
            spaces = 0;
        }
    }

    private void word(char c) {
        destination = marks.inDestination() ? destination + 1 : 0;
        if (destination > MAX_DESTINATION && c < 0x80 && "()<>\\".indexOf(c) < 0) {
            return;
        }
        held.append(c);
        inDefinition |= c == ':' && atBlockStart && held.charAt(0) == '[' && held.charAt(held.length() - 2) == ']';
        if (endsClause(c) && !isHeld()) {
            release();
        } else if (held.length() == MAX_HELD) {
            makeRoom();
        }
    }

    private void space(char c, boolean escaped) {
        boolean isBreak = c == '\n' && (spaces > 1 || escaped);
        spaces++;
        destination = 0;
        if (isHeld() && !(inDefinition && c == '\n')) {
            lastSpace = held.length();
            held.append(c);
            if (held.length() == MAX_HELD) {
                makeRoom();
            }
            return;
        }
        if (isBreak && escaped) {
            held.setLength(held.length() - 1);
        }
        release();
        if (isBreak) {
            output.pause();
        } else if (c == '\n') {
            output.lineEnd();
        } else {
            output.space();
        }
    }

    private boolean isHeld() {
        return inDefinition || marks.isOpen() || isClosing(held);
    }

    /** Whether it is nothing to speak, unless more words come. */
    private boolean isClosing(CharSequence text) {
        return inHeading && CLOSING.matcher(text).matches();
    }

    /** Full-width punctuation, which no space follows. */
    private static boolean endsClause(char c) {
        return switch (c) {
            case '\u3001', '\u3002', '\uff01', '\uff0c', '\uff1a', '\uff1b', '\uff1f' -> true;
            default -> false;
        };
    }

    /** Releases what is held back up to the last word, as if everything were closed there. */
    private void makeRoom() {
        int end = lastSpace > 0 ? lastSpace : held.length();
        if (end == held.length() && Character.isHighSurrogate(held.charAt(end - 1))) {
            end--;
        }
        String rest = held.substring(end);
        held.setLength(end);
        release();
        rest.chars().forEach(c -> add((char) c));
    }

    private void release() {
        String markdown = held.toString().strip();
        boolean isDefinition = inDefinition && LINK_DEFINITION.matcher(markdown).matches();
        boolean isTaskBox = atItemStart && TASK_BOX.matcher(markdown).matches();
        held.setLength(0);
        lastSpace = 0;
        destination = 0;
        inDefinition = false;
        marks.reset();
        if (markdown.isEmpty() || isDefinition || isClosing(markdown)) {
            return;
        }
        atBlockStart = false;
        atItemStart = false;
        if (!isTaskBox) {
            output.add(inline.speak(markdown));
        }
    }
}
