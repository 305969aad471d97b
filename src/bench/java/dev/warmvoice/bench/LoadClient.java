package dev.warmvoice.bench;

import java.io.IOException;

/** Somebody who has a text spoken, one at a time, over a connection of his own. Not thread-safe. */
interface LoadClient extends AutoCloseable {

    /**
     * Speaks a text and hears it to its end.
     *
     * @throws Refused if there is no room
     * @throws IOException if it fails, or is cut off
     */
    Heard speak(String text) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * What has come, and when.
     *
     * @param firstNanos from the call to the first byte of audio
     * @param lastNanos from the call to the last byte of audio
     * @param gapsNanos between one arrival of audio and the next
     */
    record Heard(long firstNanos, long lastNanos, long[] gapsNanos, byte[] audio) {
    }

    /** Answered with 429. */
    final class Refused extends IOException {

        private static final long serialVersionUID = 1;

        Refused() {
            super("429");
        }
    }
}
