package dev.warmvoice.http.speech;

import dev.warmvoice.http.server.RequestIds;
import dev.warmvoice.speech.Reuse;
import dev.warmvoice.speech.Speech;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashMap;
import java.util.Map;

/**
 * Speech that is about to be written.
 *
 * @param speech what is said
 * @param encoding how it looks on the wire
 * @param notes headers that say where the request could not be followed exactly
 * @param onClientProgress to be run when the client has taken some of it; cheap, thread-safe
 */
public record SpeechResponse(Speech speech, SpeechEncoding encoding, Map<String, String> notes,
        Runnable onClientProgress) {

    public Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>(notes);
        headers.put(HttpHeaders.CONTENT_TYPE, encoding.mediaType());
        headers.put(RequestIds.HEADER, speech.id());
        Reuse reuse = speech.reuse();
        if (reuse == null || reuse.kind() == Reuse.Kind.MISS) {
            headers.put("X-Connection", speech.warm() ? "warm" : "fresh");
        }
        if (reuse != null) {
            headers.put("X-Cache", reuse.kind().toString());
        }
        if (reuse != null && reuse.kind() == Reuse.Kind.HIT) {
            headers.put("Age", Long.toString(reuse.age().toSeconds()));
        }
        if (speech.fallback() != null) {
            headers.put("X-Model", speech.fallback());
        }
        headers.put("Server-Timing", ServerTiming.of(speech));
        return headers;
    }
}
