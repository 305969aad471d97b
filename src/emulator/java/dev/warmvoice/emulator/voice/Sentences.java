package dev.warmvoice.emulator.voice;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/**
 * Cuts a growing text into sentences, one at a time and only when asked, so that a task of hours costs no more memory
 * than its text. The sentences in a row are the text, nothing added or lost. Not thread-safe.
 */
public final class Sentences {

    /** Bounds the audio of one sentence to some twenty seconds at the normal rate; a longer one is cut at a blank. */
    private static final int MAX_WEIGHT = 160;

    private static final int COMPACT_AT = 4096;
    private static final String ENDERS = "。！？!?…\n";
    private static final String CLOSERS = "\"'”’）)】」』";
    private static final String CUT_AFTER = " \t,;:，、；：";
    private static final Set<String> ABBREVIATIONS = Set.of("mr", "mrs", "ms", "dr", "prof", "st", "vs");

    private final StringBuilder text = new StringBuilder();
    /** Where a sentence ends since its end was not to be waited for; from the beginning of the task. */
    private final Deque<Long> flushes = new ArrayDeque<>();
    /** What has been removed from the beginning of the text. */
    private long removed;
    private int from;
    private boolean ended;

    /** Appends text as it arrives. */
    public void add(String more) {
        text.append(more);
    }

    /** Makes a sentence of what is left over so far. */
    public void flush() {
        flushes.add(removed + text.length());
    }

    /** Tells that no more text comes: what is left over is a sentence too. */
    public void end() {
        ended = true;
    }

    /** @return the next whole sentence, with the blanks after it, or null when there is none yet */
    public String poll() {
        int to = boundary();
        if (to < 0) {
            return null;
        }
        String sentence = text.substring(from, to);
        from = to;
        if (from > COMPACT_AT || from == text.length()) {
            text.delete(0, from);
            removed += from;
            from = 0;
        }
        return sentence;
    }

    private int boundary() {
        int weight = 0;
        int cut = -1;
        int flush = nextFlush();
        for (int i = from; i < text.length();) {
            if (i == flush) {
                return i;
            }
            int codePoint = text.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            if (ends(i, next)) {
                return afterClosers(next);
            }
            weight += CharacterKind.of(codePoint) == CharacterKind.AS_TONE ? 2 : 1;
            if (weight > MAX_WEIGHT) {
                return cut > 0 ? cut : i;
            }
            if (CUT_AFTER.indexOf(codePoint) >= 0) {
                cut = next;
            }
            i = next;
        }
        boolean whole = ended && from < text.length() || flush == text.length();
        return whole ? text.length() : -1;
    }

    /** @return where what is left over is cut next, or -1 */
    private int nextFlush() {
        while (!flushes.isEmpty() && flushes.peek() <= removed + from) {
            flushes.poll();
        }
        return flushes.isEmpty() ? -1 : (int) (flushes.peek() - removed);
    }

    private boolean ends(int at, int next) {
        char c = text.charAt(at);
        if (c != '.') {
            return ENDERS.indexOf(c) >= 0;
        }
        // "3.14" goes on, and so does "Mr. Smith"; a point that is the last thing to have arrived is an end, since the
        // client wants to hear what it has sent.
        boolean apart = next == text.length() || Character.isWhitespace(text.charAt(next))
                || CLOSERS.indexOf(text.charAt(next)) >= 0;
        return apart && !ABBREVIATIONS.contains(wordBefore(at));
    }

    private String wordBefore(int at) {
        int start = at;
        while (start > from && Character.isLetter(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private int afterClosers(int start) {
        int i = start;
        while (i < text.length() && belongsToEnd(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean belongsToEnd(char c) {
        return c == '.' || ENDERS.indexOf(c) >= 0 || CLOSERS.indexOf(c) >= 0 || Character.isWhitespace(c);
    }
}
