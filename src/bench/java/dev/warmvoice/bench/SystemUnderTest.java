package dev.warmvoice.bench;

import java.io.IOException;
import java.time.Duration;

/** A process that has texts spoken, on some streams at once. */
interface SystemUnderTest extends AutoCloseable {

    /** Has each stream speak the text so many times, and compares what comes with what ought to. */
    void speak(String text, int times, byte[] expected) throws Exception;

    long pid();

    /** The processor time the process has used so far. */
    Duration cpuTime();

    @Override
    void close() throws IOException;
}
