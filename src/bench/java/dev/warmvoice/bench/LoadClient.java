package dev.warmvoice.bench;

import java.io.IOException;

/** A client that requests one text at a time over its own connection. Not thread-safe. */
interface LoadClient extends AutoCloseable {

    /**
     * Speaks a text and reads all its audio.
     *
     * @throws Refused on status 429
     * @throws IOException if the request fails or the audio is truncated
     */
    Heard speak(String text) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * The audio and its arrival times.
     *
     * @param firstNanos the time from the call to the first byte of audio
     * @param lastNanos the time from the call to the last byte of audio
     * @param gapsNanos the gaps between arrivals of audio
     */
    record Heard(long firstNanos, long lastNanos, long[] gapsNanos, byte[] audio) {
    }

    /** The answer with status 429. */
    final class Refused extends IOException {

        private static final long serialVersionUID = 1;

        Refused() {
            super("429");
        }
    }
}
