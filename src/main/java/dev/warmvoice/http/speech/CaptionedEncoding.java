package dev.warmvoice.http.speech;

import dev.warmvoice.http.captions.CaptionRecorder;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records the captions of a speech on its way through another encoding.
 *
 * @param requestId known once there is audio
 */
record CaptionedEncoding(SpeechEncoding encoding, CaptionRecorder captions,
        Supplier<String> requestId) implements SpeechEncoding {

    @Override
    public String mediaType() {
        return encoding.mediaType();
    }

    @Override
    public @Nullable Buffer encode(SpeechEvent event) {
        if (event instanceof SpeechEvent.Words words) {
            captions.add(words);
        } else if (event instanceof SpeechEvent.Done) {
            captions.complete(requestId.get());
        }
        return encoding.encode(event);
    }

    @Override
    public @Nullable Buffer encode(SpeechException failure) {
        return encoding.encode(failure);
    }
}
