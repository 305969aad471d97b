package dev.warmvoice.speech.normalize;

/** Joins words to a text: single spaces, and a line break as the pause between paragraphs. Not thread-safe. */
final class SpokenOutput {

    /** The service gives a task up that gets no text for 23 s, also while code is being written that is left out. */
    private static final int LEFT_OUT_PER_SPACE = 500;

    /** Characters after which a cell needs no comma. */
    private static final String CELL_ENDS = ",.;:!?\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f";

    private final StringBuilder text = new StringBuilder();
    /** What comes before the next word: nothing, a space, a line break or a comma. */
    private String gap = "";
    private char last = '\n';
    private boolean begun;
    private int leftOut;

    /** What was added since the last time. */
    String take() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }

    /** A space between words. After a sentence it is sent at once, for the service to know that the sentence is over. */
    void space() {
        gap(" ");
    }

    /** The end of a line within a paragraph. */
    void lineEnd() {
        gap("\n");
    }

    private void gap(String kind) {
        if (endsSentence(last) && gap.isEmpty()) {
            put(kind);
        } else if (gap.isEmpty() && !Character.isWhitespace(last)) {
            gap = kind;
        }
    }

    /** The border between two cells of a table. */
    void cell() {
        if (last != '\n') {
            gap = ",";
        }
    }

    /** A pause, as between paragraphs. */
    void pause() {
        gap = "";
        if (last != '\n') {
            put("\n");
        }
    }

    /** A character is left out. */
    void leftOut() {
        if (begun && ++leftOut % LEFT_OUT_PER_SPACE == 0) {
            text.append(' ');
        }
    }

    /** Adds words. */
    void add(String words) {
        if (words.isEmpty()) {
            return;
        }
        text.append(separator(words));
        gap = "";
        begun = true;
        put(words);
    }

    private void put(String some) {
        text.append(some);
        last = some.charAt(some.length() - 1);
    }

    private String separator(String words) {
        boolean punctuation = words.length() == 1 && ",.!?;:".indexOf(words.charAt(0)) >= 0;
        return switch (gap) {
            case " " -> punctuation ? "" : " ";
            case "\n" -> Chars.isWide(last) && Chars.isWide(words.charAt(0)) ? "" : " ";
            case "," -> CELL_ENDS.indexOf(last) >= 0 ? " " : ", ";
            default -> "";
        };
    }

    private static boolean endsSentence(char c) {
        return ".!?;".indexOf(c) >= 0;
    }
}
