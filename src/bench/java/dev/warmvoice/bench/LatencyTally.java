package dev.warmvoice.bench;

import dev.warmvoice.testing.Sample;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The times to the first audio, and the failures, of many requests. */
final class LatencyTally {

    private final Sample times = new Sample();
    private final AtomicInteger failures = new AtomicInteger();

    /** @throws AssertionError if audio came, and not the right one */
    void speak(LoadClient client, String text) {
        try {
            LoadClient.Heard heard = client.speak(text);
            Expected.verify(text, heard.audio());
            times.addNanos(heard.firstNanos());
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    /** Of those that succeeded. */
    Sample times() {
        return times;
    }

    int size() {
        return times.size() + failures();
    }

    int failures() {
        return failures.get();
    }

    /** Without a failure, and no slower than the other where that one speaks at all. */
    boolean isNeverWorseThan(LatencyTally other) {
        return failures() == 0 && !(times.median() > other.times.median());
    }

    @Override
    public String toString() {
        if (times.size() == 0) {
            return "all failed";
        }
        return String.format(Locale.ROOT, "%.1f", times.median())
                + (failures() == 0 ? "" : ", " + failures() + " failed");
    }
}
