package dev.warmvoice.emulator.voice;

import java.util.Locale;
import java.util.Set;

/** The audio formats of the service's {@code format} parameter. */
public enum AudioFormat {

    /** Signed 16 bit little-endian mono samples. */
    PCM,

    /** {@link #PCM} after one RIFF header. */
    WAV,

    /** MPEG layer III, mono, constant bit rate. */
    MP3,

    /** Opus packets of 20 ms in an Ogg stream. */
    OPUS;

    /** The rates the service documents, in Hz. */
    public static final Set<Integer> SAMPLE_RATES = Set.of(8000, 16000, 22050, 24000, 44100, 48000);

    /** What the service speaks with when no rate is asked for, in Hz. */
    public static final int DEFAULT_SAMPLE_RATE = 22050;

    /**
     * @param name as on the wire
     *
     * @return the format, or null when there is none of that name
     */
    public static AudioFormat named(String name) {
        for (AudioFormat format : values()) {
            if (format.wireName().equals(name)) {
                return format;
            }
        }
        return null;
    }

    /** @return the name on the wire, such as {@code mp3} */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
