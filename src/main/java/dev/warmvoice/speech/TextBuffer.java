package dev.warmvoice.speech;

import dev.warmvoice.speech.normalize.TextNormalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of an utterance so far, cut into messages to the service. Kept until the end, since a failed attempt is
 * repeated with all of it. Thread-safe.
 */
final class TextBuffer {

    /** Min time between two messages of a text that arrives in parts; the first is sent at once. */
    private static final Duration COALESCE_WINDOW = Duration.ofMillis(50);

    private final List<String> pieces = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();
    /** Half a character at the end of the text so far: the first of two surrogates, or nothing. */
    private String rest = "";
    /** Null if the text is spoken as it is. */
    private final @Nullable TextNormalizer normalizer;
    private int charactersToNormalize;
    private int characters;
    private boolean speakable;
    private boolean complete;
    private boolean releaseScheduled;
    private int flushes;
    private @Nullable Long released;

    /** @param normalize whether what is added is to be made speakable */
    TextBuffer(boolean normalize) {
        this.normalizer = normalize ? new TextNormalizer() : null;
    }

    /** A buffer with the complete text. */
    static TextBuffer of(SpokenText text) {
        TextBuffer buffer = new TextBuffer(false);
        buffer.pieces.addAll(text.pieces());
        buffer.speakable = true;
        buffer.complete = true;
        return buffer;
    }

    /**
     * Adds text, which is not sent before {@link #release}.
     *
     * @param now in nanoseconds, by the same clock as in {@link #release}
     * @return when to release it; empty if there is nothing to speak yet, or a release is due already
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    synchronized Optional<Duration> append(String text, long now) {
        if (complete) {
            throw SpeechException.invalid("type", "text is not allowed after finish.");
        }
        String whole = SpokenText.withPauses(rest + text);
        boolean isCut = !whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1));
        String part = isCut ? whole.substring(0, whole.length() - 1) : whole;
        String spoken = normalized(part);
        add(spoken);
        rest = whole.substring(part.length());
        if (!speakable || releaseScheduled || spoken.isEmpty()) {
            return Optional.empty();
        }
        releaseScheduled = true;
        Duration left = released == null ? Duration.ZERO : COALESCE_WINDOW.minusNanos(now - released);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    private String normalized(String part) {
        if (normalizer == null) {
            return part;
        }
        charactersToNormalize += SpokenText.checkPartToNormalize(part, charactersToNormalize);
        return normalizer.add(part);
    }

    private void add(String spoken) {
        characters += SpokenText.checkPart(spoken, characters);
        pending.append(spoken);
        speakable |= SpokenText.isSpeakable(spoken);
    }

    /** Adds what the normalizer holds back, since it could be part of Markdown that is not complete. */
    private void addHeld() {
        if (normalizer != null) {
            add(normalizer.flush());
        }
    }

    /**
     * Cuts the text that was added since the last time into as few messages as the service allows.
     *
     * @return that text; empty if there is none
     */
    synchronized String release(long now) {
        releaseScheduled = false;
        if (pending.length() == 0 || !speakable) {
            return "";
        }
        released = now;
        String text = pending.toString();
        pending.setLength(0);
        pieces.addAll(SpokenText.cut(text));
        return text;
    }

    /**
     * No more text will come. What was added is still to be released.
     *
     * @throws SpeechException if there is nothing in it that can be spoken
     */
    synchronized void complete() {
        SpokenText.checkPart(rest, characters);
        addHeld();
        if (!speakable) {
            throw SpeechException.invalid("text", "text contains nothing that can be spoken.");
        }
        complete = true;
    }

    /**
     * All text so far is to be spoken, without waiting for the end of a sentence. What was added is still to be released.
     *
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    synchronized void flush() {
        if (!complete) {
            addHeld();
        }
        flushes++;
    }

    /** How often a flush was requested. */
    synchronized int flushes() {
        return flushes;
    }

    /** Whether no more text will come. */
    synchronized boolean isComplete() {
        return complete;
    }

    /** Whether no more pieces will come. */
    synchronized boolean isReleased() {
        return complete && pending.length() == 0;
    }

    /** Whether there is a piece of that number. */
    synchronized boolean has(int piece) {
        return piece < pieces.size();
    }

    /** Whether any of it is a letter or a digit, as opposed to symbols such as emoji. */
    synchronized boolean hasWords() {
        return pieces.stream().flatMapToInt(String::codePoints).anyMatch(Character::isLetterOrDigit);
    }

    synchronized String piece(int number) {
        return pieces.get(number);
    }
}
