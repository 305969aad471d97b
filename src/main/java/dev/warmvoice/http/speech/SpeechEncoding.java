package dev.warmvoice.http.speech;

import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import io.vertx.core.buffer.Buffer;

/** How the events of an utterance look in the body of a response. Thread-safe. */
public interface SpeechEncoding {

    /** The body's content type. */
    String mediaType();

    /** What an event adds to the body; null if nothing. */
    Buffer encode(SpeechEvent event);

    /** What is added before a body is broken off; null if nothing. */
    Buffer encode(SpeechException failure);
}
