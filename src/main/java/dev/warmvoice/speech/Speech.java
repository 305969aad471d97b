package dev.warmvoice.speech;

import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * An utterance whose first audio has arrived.
 *
 * @param id the task's id, under which the service knows it too
 * @param format how the audio is encoded
 * @param warm whether it is spoken over a connection that was open before it was asked for
 * @param acquire how long it waited for a connection, a handshake included
 * @param connect how long of that the handshakes took
 * @param firstAudio from the request to the first frame
 * @param fallback the model that speaks, if it is not the one that was asked for
 * @param reuse null where no cache is in use
 * @param events what comes back, which can be subscribed to once. Its last event is {@link SpeechEvent.Done}; if it is
 *            not complete it ends in an error instead, a {@link SpeechException}
 */
public record Speech(String id, AudioFormat format, boolean warm, Duration acquire, Duration connect,
        Duration firstAudio, @Nullable String fallback, @Nullable Reuse reuse,
        Flow.Publisher<SpeechEvent> events) {
}
