package dev.warmvoice.naive;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A vendor-documented way to speak through the SDK, for comparison with Warmvoice. */
@FunctionalInterface
public interface NaiveClient {

    /**
     * @param audio receives the audio on a thread of the SDK
     * @return the time to the first audio
     * @throws TimeoutException if the task has not ended in that time
     * @throws Exception if it fails, or ends without audio
     */
    Duration speak(String text, Duration atMost, Consumer<ByteBuffer> audio) throws Exception;
}
