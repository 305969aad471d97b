package dev.warmvoice.speech;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** An encoding of audio. The service encodes; nothing is transcoded here. */
public enum AudioFormat {

    MP3("audio/mpeg", 22_050),
    /** In an Ogg container. */
    OPUS("audio/ogg", 24_000),
    WAV("audio/wav", 22_050),
    /** 16 bit, little-endian, mono; 24 kHz by default, as clients of OpenAI's API expect. */
    PCM("audio/pcm", 24_000);

    private static final List<Integer> SAMPLE_RATES = List.of(8_000, 16_000, 22_050, 24_000, 44_100, 48_000);
    private static final List<Integer> OPUS_SAMPLE_RATES = List.of(8_000, 16_000, 24_000, 48_000);

    private final String mediaType;
    private final int defaultSampleRate;

    AudioFormat(String mediaType, int defaultSampleRate) {
        this.mediaType = mediaType;
        this.defaultSampleRate = defaultSampleRate;
    }

    /** The name in requests and for the service: {@code mp3}, {@code opus}, {@code wav}, {@code pcm}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String mediaType() {
        return mediaType;
    }

    /** In Hz. */
    public int defaultSampleRate() {
        return defaultSampleRate;
    }

    /** In Hz: the rates that the service offers, for Opus those of the codec. */
    public List<Integer> sampleRates() {
        return this == OPUS ? OPUS_SAMPLE_RATES : SAMPLE_RATES;
    }

    /** The format with this name, in upper or lower case. */
    public static Optional<AudioFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id().equalsIgnoreCase(id)).findFirst();
    }

    /** All names, for error messages. */
    public static String ids() {
        return Arrays.stream(values()).map(AudioFormat::id).collect(Collectors.joining(", "));
    }
}
