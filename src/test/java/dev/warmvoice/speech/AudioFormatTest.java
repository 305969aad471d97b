package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioFormatTest {

    @ParameterizedTest
    @CsvSource({"mp3,audio/mpeg,22050", "opus,audio/ogg,24000", "wav,audio/wav,22050", "PCM,audio/pcm,24000"})
    void isKnownByItsNameInAnyCase(String name, String mediaType, int sampleRate) {
        AudioFormat format = AudioFormat.of(name).orElseThrow();
        assertThat(format.id()).isEqualToIgnoringCase(name).isLowerCase();
        assertThat(format.mediaType()).isEqualTo(mediaType);
        assertThat(format.defaultSampleRate()).isEqualTo(sampleRate);
        assertThat(format.sampleRates()).contains(sampleRate);
    }

    @Test
    void opusHasTheSampleRatesOfItsCodec() {
        assertThat(AudioFormat.OPUS.sampleRates()).doesNotContain(22_050, 44_100).contains(48_000);
        assertThat(AudioFormat.MP3.sampleRates()).contains(22_050, 44_100);
    }

    @Test
    void listsAllNames() {
        assertThat(AudioFormat.of("flac")).isEmpty();
        assertThat(AudioFormat.ids()).isEqualTo("mp3, opus, wav, pcm");
    }
}
