package dev.warmvoice.http.speech;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The audio as the service made it, and nothing else. Frames are wrapped, not copied.
 *
 * @param mediaType the audio's
 */
public record RawAudio(String mediaType) implements SpeechEncoding {

    public static RawAudio of(AudioFormat format) {
        return new RawAudio(format.mediaType());
    }

    @Override
    public @Nullable Buffer encode(SpeechEvent event) {
        return event instanceof SpeechEvent.Audio audio ? bytes(audio) : null;
    }

    /** The bytes of a frame, wrapped. */
    @SuppressWarnings("deprecation") // The only public way to a buffer that is not a copy.
    public static Buffer bytes(SpeechEvent.Audio audio) {
        return Buffer.buffer(Unpooled.wrappedBuffer(audio.frame()));
    }

    @Override
    public @Nullable Buffer encode(SpeechException failure) {
        return null;
    }
}
