package dev.warmvoice.http.speech;

import dev.warmvoice.speech.Speech;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;

/**
 * Speech that is about to be written.
 *
 * @param speech what is said
 * @param encoding how it looks on the wire
 * @param onClientProgress to be run when the client has taken some of it; cheap, thread-safe
 */
public record SpeechResponse(Speech speech, SpeechEncoding encoding, Runnable onClientProgress) {

    public Map<String, String> headers() {
        return Map.of(HttpHeaders.CONTENT_TYPE, encoding.mediaType(),
                OngoingSpeech.REQUEST_ID, speech.id(),
                "X-Connection", speech.warm() ? "warm" : "fresh",
                "Server-Timing", ServerTiming.of(speech));
    }
}
