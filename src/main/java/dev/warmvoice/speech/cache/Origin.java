package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.Speech;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a recording is from.
 *
 * @param taskId of the task, at the service
 * @param model that speaks
 * @param fallback the same, if it is not the one that was asked for
 * @param upstream of the task; empty if there is only one
 * @param warm whether the task had a connection that was open before
 * @param acquire how long the task waited for its connection
 * @param connect how long of that handshakes took
 */
record Origin(String taskId, AudioFormat format, String model, @Nullable String fallback, Optional<String> upstream,
        boolean warm, Duration acquire, Duration connect) {

    static Origin of(Playback task, Speech begun) {
        return new Origin(begun.id(), begun.format(), task.model(), begun.fallback(), task.upstream(), begun.warm(),
                begun.acquire(), begun.connect());
    }
}
