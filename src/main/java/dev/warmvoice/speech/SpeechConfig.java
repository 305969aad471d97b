package dev.warmvoice.speech;

import io.smallrye.config.ConfigMapping;

/** The settings {@code warmvoice.speech.*}: what a request gets that does not say. */
@ConfigMapping(prefix = "warmvoice.speech")
public interface SpeechConfig {

    /** For example {@code cosyvoice-v3-flash}. */
    String model();

    /** A voice of that model. */
    String voice();

    /** {@code mp3}, {@code opus}, {@code wav} or {@code pcm}. */
    AudioFormat format();
}
