package dev.warmvoice.http.speech;

import dev.warmvoice.http.server.RequestIds;
import dev.warmvoice.speech.Playback;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A request for speech that has been understood and begun.
 *
 * @param playback what is being made
 * @param encoding how it is to look on the wire
 * @param notes headers that say where the request could not be followed exactly
 */
public record OngoingSpeech(Playback playback, SpeechEncoding encoding, Map<String, String> notes) {

    /** The answer as soon as there is audio for it; fails with a {@code SpeechException}. */
    public CompletionStage<SpeechResponse> answer() {
        return playback.speech()
                .thenApply(speech -> new SpeechResponse(speech, encoding, notes, playback::clientProgressed));
    }

    /** For {@link RequestIds#HEADER} where there is no speech to tell it. */
    public Optional<String> requestId() {
        return playback.taskId();
    }

    /** The client wants no more of it. Does nothing after the end. */
    public void cancel() {
        playback.cancel();
    }
}
