package dev.warmvoice.host;

import jakarta.inject.Singleton;
import java.net.CookieHandler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Until when Lambda waits for the answer to the event in hand. The Funqy extension does not pass it on, but reads it
 * with the JDK's HTTP client, which shows the headers of each answer to its cookie handler. Thread-safe.
 */
@Singleton
public class InvocationDeadline extends CookieHandler {

    /** Tells it in milliseconds since the epoch. */
    public static final String HEADER = "Lambda-Runtime-Deadline-Ms";
    /** What it takes to hand over an answer, even one of 6 MB on a fraction of a processor. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    private volatile long deadlineMillis = Long.MAX_VALUE;

    /** Watches the answers to this process' requests from now on. */
    void observe() {
        CookieHandler.setDefault(this);
    }

    /** What is left until an answer has to be there; never negative. */
    Duration left() {
        return left(deadlineMillis);
    }

    /**
     * What is left until an answer has to be there; never negative.
     *
     * @param deadlineMillis as the header has it
     */
    public static Duration left(long deadlineMillis) {
        long left = deadlineMillis - System.currentTimeMillis() - MARGIN.toMillis();
        return Duration.ofMillis(Math.max(0, left));
    }

    @Override
    public Map<String, List<String>> get(URI uri, Map<String, List<String>> requestHeaders) {
        return Map.of();
    }

    @Override
    public void put(URI uri, Map<String, List<String>> responseHeaders) {
        responseHeaders.forEach((name, values) -> {
            // The status line has no name.
            if (HEADER.equalsIgnoreCase(name)) {
                deadlineMillis = Long.parseLong(values.get(0));
            }
        });
    }
}
