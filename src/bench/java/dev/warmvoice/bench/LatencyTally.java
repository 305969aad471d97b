package dev.warmvoice.bench;

import dev.warmvoice.testing.Sample;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The times to first audio and the failures of many requests. */
final class LatencyTally {

    private final Sample times = new Sample();
    private final AtomicInteger failures = new AtomicInteger();

    /** @throws AssertionError if the audio is wrong */
    void speak(LoadClient client, String text) {
        try {
            LoadClient.Heard heard = client.speak(text);
            Expected.verify(text, heard.audio());
            times.addNanos(heard.firstNanos());
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    /** The times of successful requests. */
    Sample times() {
        return times;
    }

    int size() {
        return times.size() + failures();
    }

    int failures() {
        return failures.get();
    }
}
