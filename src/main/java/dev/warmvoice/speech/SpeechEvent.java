package dev.warmvoice.speech;

import java.nio.ByteBuffer;
import java.util.List;

/** An event of an utterance, in the order in which the service sends it. */
public sealed interface SpeechEvent {

    /** The memory it takes in a stream, in bytes. */
    int weight();

    /**
     * Some audio.
     *
     * @param frame read-only, and the receiver's
     */
    record Audio(ByteBuffer frame) implements SpeechEvent {

        /** Estimated overhead of a frame in bytes, so that the number of small frames is bounded too. */
        private static final int OVERHEAD_BYTES = 100;

        @Override
        public int weight() {
            return Math.max(frame.remaining(), OVERHEAD_BYTES);
        }
    }

    /**
     * When the words of a sentence are spoken.
     *
     * @param sentence the sentence's number, from 0
     * @param text the sentence; empty where the service does not tell
     * @param words in order
     */
    record Words(int sentence, String text, List<Word> words) implements SpeechEvent {

        /** Estimated size of a word in bytes, so that words are bounded along with the audio. */
        private static final int BYTES_PER_WORD = 100;

        @Override
        public int weight() {
            return 2 * text.length() + words.stream().mapToInt(word -> BYTES_PER_WORD + 2 * word.text().length()).sum();
        }
    }

    /**
     * A word.
     *
     * @param text the word itself
     * @param beginIndex where it begins in its sentence, in characters
     * @param endIndex where it ends, exclusive
     * @param beginMs when it begins in the audio, in milliseconds
     * @param endMs when it ends
     */
    record Word(String text, int beginIndex, int endIndex, int beginMs, int endMs) {
    }

    /**
     * The service has finished; the last event of every complete utterance.
     *
     * <p>
     * The service bills by characters or by tokens, depending on the model; what it does not bill by is 0.
     *
     * @param characters of the text, a Han character as two
     * @param inputTokens of the text
     * @param outputTokens of the audio
     */
    record Done(int characters, int inputTokens, int outputTokens) implements SpeechEvent {

        @Override
        public int weight() {
            return 0;
        }
    }
}
