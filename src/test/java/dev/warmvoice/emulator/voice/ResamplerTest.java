package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

    @ParameterizedTest
    @ValueSource(ints = {8000, 16000, 22050, 24000, 44100, 48000})
    void keepsATone(int rate) {
        short[] output = Resampler.fromVoice(rate).resample(sine(1000, 16000, 16000), 1);
        assertThat(output).hasSize(rate);
        short[] expected = sine(1000, rate, rate);
        for (int i = rate / 10; i < rate * 9 / 10; i++) {
            assertThat((int) output[i]).isCloseTo(expected[i], within(150));
        }
    }

    @Test
    void removesFrequenciesAboveTheNewRate() {
        short[] output = Resampler.fromVoice(8000).resample(sine(6000, 16000, 16000), 1);
        for (int i = 800; i < 7200; i++) {
            assertThat((int) output[i]).isCloseTo(0, within(150));
        }
    }

    @Test
    void clipsInsteadOfWrapping() {
        short[] output = Resampler.fromVoice(16000).resample(sine(100, 16000, 1600), 10);
        assertThat(output).contains(Short.MAX_VALUE, Short.MIN_VALUE);
    }

    private static short[] sine(double hertz, int rate, int length) {
        var samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) Math.round(10000 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return samples;
    }
}
