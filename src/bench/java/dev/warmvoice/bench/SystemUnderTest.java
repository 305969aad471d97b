package dev.warmvoice.bench;

import java.io.IOException;
import java.time.Duration;

/** A process that speaks on several concurrent streams. */
interface SystemUnderTest extends AutoCloseable {

    /** Speaks the text this number of times on each stream, and compares the audio with the expected one. */
    void speak(String text, int times, byte[] expected) throws Exception;

    long pid();

    /** The CPU time of the process so far. */
    Duration cpuTime();

    @Override
    void close() throws IOException;
}
