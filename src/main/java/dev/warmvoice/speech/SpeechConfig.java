package dev.warmvoice.speech;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Size;

/** The settings {@code warmvoice.speech.*}: defaults of a request. */
@ConfigMapping(prefix = "warmvoice.speech")
public interface SpeechConfig {

    /** For example {@code cosyvoice-v3-flash}. */
    @Size(min = 1, max = 128)
    String model();

    /** A voice of that model. */
    @Size(min = 1, max = 128)
    String voice();

    /** {@code mp3}, {@code opus}, {@code wav} or {@code pcm}. */
    AudioFormat format();
}
