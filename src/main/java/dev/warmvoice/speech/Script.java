package dev.warmvoice.speech;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of an utterance as far as it is known, cut into what is sent to the service. It stays known until the end,
 * since an attempt that fails is repeated with all of it. Thread-safe.
 */
final class Script {

    private final List<String> pieces = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();
    private int characters;
    private boolean speakable;
    private boolean complete;

    /** All of the text, known from the beginning. */
    static Script of(SpokenText text) {
        Script script = new Script();
        script.pieces.addAll(text.pieces());
        script.speakable = true;
        script.complete = true;
        return script;
    }

    /**
     * Adds text, which is not sent before {@link #release}.
     *
     * @return whether there is anything in the text so far that can be spoken
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    synchronized boolean append(String text) {
        if (complete) {
            throw SpeechException.invalid("type", "no text can follow finish");
        }
        characters += SpokenText.checkPart(text, characters);
        pending.append(text);
        speakable |= SpokenText.isSpeakable(text);
        return speakable;
    }

    /** Makes one piece, or as few as the service allows, of the text that was added since the last time. */
    synchronized void release() {
        if (pending.length() > 0 && speakable) {
            pieces.addAll(SpokenText.cut(pending.toString()));
            pending.setLength(0);
        }
    }

    /**
     * No more text will come.
     *
     * @throws SpeechException if there is nothing in it that can be spoken
     */
    synchronized void complete() {
        if (!speakable) {
            throw SpeechException.invalid("text", "text has nothing in it that can be spoken");
        }
        release();
        complete = true;
    }

    synchronized boolean isComplete() {
        return complete;
    }

    /** Whether there is a piece of that number. */
    synchronized boolean has(int piece) {
        return piece < pieces.size();
    }

    synchronized String piece(int number) {
        return pieces.get(number);
    }
}
