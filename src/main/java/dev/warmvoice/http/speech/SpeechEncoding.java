package dev.warmvoice.http.speech;

import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** How the events of an utterance look in the body of a response. Thread-safe. */
public interface SpeechEncoding {

    /** The body's content type. */
    String mediaType();

    /** What an event adds to the body; null if nothing. */
    @Nullable
    Buffer encode(SpeechEvent event);

    /** What is added before a body is broken off; null if nothing. */
    @Nullable
    Buffer encode(SpeechException failure);
}
