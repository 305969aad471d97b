package dev.warmvoice.speech;

import java.util.OptionalLong;

/**
 * Tracks since when the service owes audio while text still comes. The service speaks whole sentences, so it owes nothing
 * for an unfinished one; but a text without any end of a sentence must not occupy a connection forever. Not thread-safe.
 */
final class AudioDebt {

    /** Max characters without audio. Longer than spoken sentences are; the service's own bound is not documented. */
    private static final int MAX_UNSPOKEN = 200;

    private int characters;
    private boolean owed;
    private long since;
    private long lastSent = Long.MIN_VALUE;

    /**
     * The service was sent text.
     *
     * @param lastAudio when audio last came, by the same clock
     */
    void sent(String text, long now, long lastAudio) {
        if (lastAudio > lastSent) {
            // Assumed to be the audio of all text sent before.
            characters = 0;
            owed = false;
        }
        lastSent = now;
        characters += text.length();
        if (!owed && (characters > MAX_UNSPOKEN || SpokenText.hasSentenceEnd(text))) {
            owed = true;
            since = now;
        }
    }

    /** The service was told to speak what it has. */
    void flushed(long now) {
        if (!owed && characters > 0) {
            owed = true;
            since = now;
        }
    }

    /** Since when audio is owed; empty if none is. */
    OptionalLong since(long lastAudio) {
        return owed && lastAudio <= since ? OptionalLong.of(since) : OptionalLong.empty();
    }
}
