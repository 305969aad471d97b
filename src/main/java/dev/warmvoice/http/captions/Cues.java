package dev.warmvoice.http.captions;

import dev.warmvoice.speech.SpeechEvent.Word;
import dev.warmvoice.speech.SpeechEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Cuts sentences into cues that fit the screen: two lines of 42 columns, and 7 seconds, as broadcasters have it. */
final class Cues {

    private static final int LINE_COLUMNS = 42;
    private static final int MAX_COLUMNS = 2 * LINE_COLUMNS;
    private static final int MAX_MS = 7000;
    private static final Set<Character.UnicodeScript> WIDE_SCRIPTS = EnumSet.of(Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA, Character.UnicodeScript.KATAKANA, Character.UnicodeScript.HANGUL);
    private static final List<Character.UnicodeBlock> WIDE_BLOCKS = List.of(
            Character.UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS,
            Character.UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION);

    private final SpeechEvent.Words sentence;
    private final boolean hasText;
    private final List<Cue> cues = new ArrayList<>();

    private Cues(SpeechEvent.Words sentence) {
        this.sentence = sentence;
        this.hasText = sentence.words().stream().allMatch(word -> isAtItsIndex(word, sentence.text()));
    }

    static List<Cue> of(List<SpeechEvent.Words> sentences) {
        return sentences.stream().flatMap(sentence -> new Cues(sentence).cut().stream()).toList();
    }

    /** The service's indexes are its own affair: where they do not fit the text, the words alone are shown. */
    private static boolean isAtItsIndex(Word word, String text) {
        return word.beginIndex() >= 0 && text.startsWith(word.text(), word.beginIndex());
    }

    private List<Cue> cut() {
        List<Word> words = sentence.words();
        int first = 0;
        for (int next = 1; next < words.size(); next++) {
            if (isTooLong(first, next)) {
                add(first, next);
                first = next;
            }
        }
        add(first, words.size());
        return cues;
    }

    /** Whether the words do not fit one cue, the one at {@code last} included. */
    private boolean isTooLong(int first, int last) {
        List<Word> words = sentence.words();
        return words.get(last).endMs() - words.get(first).beginMs() > MAX_MS
                || columns(text(first, last + 1)) > MAX_COLUMNS;
    }

    private void add(int first, int end) {
        List<Word> words = sentence.words();
        cues.add(new Cue(words.get(first).beginMs(), words.get(end - 1).endMs(), inLines(text(first, end))));
    }

    /** With the punctuation after each word; the first cue has what is before its first word, too. */
    private String text(int first, int end) {
        List<Word> words = sentence.words();
        if (!hasText) {
            return words.subList(first, end).stream().map(Word::text).collect(Collectors.joining(" "));
        }
        int begin = first == 0 ? 0 : words.get(first).beginIndex();
        int limit = end == words.size() ? sentence.text().length() : words.get(end).beginIndex();
        return sentence.text().substring(begin, Math.max(begin, limit)).replaceAll("\\s+", " ").strip();
    }

    /** On two lines of about the same length if it does not fit on one. */
    private static String inLines(String text) {
        if (columns(text) <= LINE_COLUMNS) {
            return text;
        }
        int middle = middleOf(text);
        int after = text.indexOf(' ', middle);
        int before = text.lastIndexOf(' ', middle);
        int space = before < 0 || (after >= 0 && after - middle < middle - before) ? after : before;
        return space < 0
                ? text.substring(0, middle) + "\n" + text.substring(middle)
                : text.substring(0, space) + "\n" + text.substring(space + 1);
    }

    /** Where the text has half of its columns, between two characters. */
    private static int middleOf(String text) {
        int half = columns(text) / 2;
        int columns = 0;
        int at = 0;
        while (columns < half) {
            int codePoint = text.codePointAt(at);
            columns += columns(codePoint);
            at += Character.charCount(codePoint);
        }
        return at;
    }

    private static int columns(String text) {
        return text.codePoints().map(Cues::columns).sum();
    }

    /** Ideographs, kana, Hangul, their punctuation and emoji are twice as wide as letters. */
    private static int columns(int codePoint) {
        if (Character.getType(codePoint) == Character.NON_SPACING_MARK) {
            return 0;
        }
        boolean isWide = WIDE_SCRIPTS.contains(Character.UnicodeScript.of(codePoint))
                || WIDE_BLOCKS.contains(Character.UnicodeBlock.of(codePoint))
                || Character.getType(codePoint) == Character.OTHER_SYMBOL;
        return isWide ? 2 : 1;
    }
}
