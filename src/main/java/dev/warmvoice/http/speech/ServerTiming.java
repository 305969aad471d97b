package dev.warmvoice.http.speech;

import dev.warmvoice.speech.Speech;
import java.time.Duration;
import java.util.Locale;

/** The header {@code Server-Timing}: where the time to the first audio went, in milliseconds. */
final class ServerTiming {

    private ServerTiming() {
    }

    static String of(Speech speech) {
        return "acquire;dur=" + millis(speech.acquire()) + ", connect;dur=" + millis(speech.connect())
                + ", first-audio;dur=" + millis(speech.firstAudio());
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
    }
}
