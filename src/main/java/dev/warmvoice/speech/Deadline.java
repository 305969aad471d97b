package dev.warmvoice.speech;

import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.time.Heartbeat;
import java.time.Duration;

/**
 * What an utterance waits for, and until when.
 *
 * @param onExpiry what it is called when it does not come
 * @param message the same for people, with a place for the limit in milliseconds
 * @param limit how long it may take
 * @param since when the wait began, in terms of {@link Heartbeat#running}
 */
record Deadline(Kind onExpiry, String message, Duration limit, long since) {

    Duration left(Heartbeat time) {
        return time.left(limit, since);
    }

    SpeechException expired() {
        return new SpeechException(onExpiry, message.formatted(limit.toMillis()));
    }
}
