package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The synthesized audio in each format. */
class SentenceSynthesizerTest {

    private static final String TEXT = "Good morning, everyone. 早上好！ It is a lovely day";

    private static SpeechParameters parameters(AudioFormat format, int sampleRate) {
        return parameters(format, sampleRate, 32);
    }

    private static SpeechParameters parameters(AudioFormat format, int sampleRate, int bitRate) {
        return new SpeechParameters("cosyvoice-v3-flash", "longanyang", format, sampleRate, 50, 1, 1, 0, bitRate,
                false);
    }

    /** The samples of the text without padding. */
    private static double plainSeconds() {
        return SentenceSynthesizer.audioOf(parameters(AudioFormat.PCM, 16000), TEXT).length / 32000.0;
    }

    @ParameterizedTest
    @EnumSource(AudioFormat.class)
    void isDeterministic(AudioFormat format) {
        byte[] once = SentenceSynthesizer.audioOf(parameters(format, 24000), TEXT);
        assertThat(SentenceSynthesizer.audioOf(parameters(format, 24000), TEXT)).isEqualTo(once);
        assertThat(encodedAfresh(format)).isEqualTo(encodedAfresh(format));
    }

    /** Synthesizes without the cache. */
    private static List<List<Byte>> encodedAfresh(AudioFormat format) {
        SpeechParameters parameters = parameters(format, 24000);
        return SentenceEncoder.of(parameters).encode(new Voice(parameters).speak("Once more.")).packets().stream()
                .map(SentenceSynthesizerTest::boxed).toList();
    }

    private static List<Byte> boxed(byte[] bytes) {
        var list = new ArrayList<Byte>();
        for (byte b : bytes) {
            list.add(b);
        }
        return list;
    }

    @ParameterizedTest
    @EnumSource(AudioFormat.class)
    void reportsItsDuration(AudioFormat format) {
        var speech = new SentenceSynthesizer(parameters(format, 22050));
        SynthesizedSentence spoken = speech.speak("Good morning, everyone.");
        double plain = new SentenceSynthesizer(parameters(AudioFormat.PCM, 22050)).speak("Good morning, everyone.")
                .seconds();
        assertThat(spoken.seconds()).isBetween(plain, plain + 0.15);
        assertThat(spoken.words()).hasSize(3).allMatch(word -> word.end() <= spoken.seconds());
    }

    @ParameterizedTest
    @EnumSource(AudioFormat.class)
    void emptyTextGivesNoAudio(AudioFormat format) {
        assertThat(SentenceSynthesizer.audioOf(parameters(format, 16000), "", "...", " \n")).isEmpty();
    }

    @Test
    void piecesSoundLikeTheWholeText() {
        SpeechParameters pcm = parameters(AudioFormat.PCM, 16000);
        assertThat(SentenceSynthesizer.audioOf(pcm, "Good mor", "ning. How are", " you?"))
                .isEqualTo(SentenceSynthesizer.audioOf(pcm, "Good morning. How are you?"));
    }

    @Test
    void markupIsNotSpoken() {
        SpeechParameters plain = parameters(AudioFormat.PCM, 16000);
        var ssml = new SpeechParameters(plain.model(), plain.voice(), plain.format(), plain.sampleRate(), 50, 1, 1, 0,
                32, true);
        assertThat(SentenceSynthesizer.audioOf(ssml, "<speak rate=\"2\">Good <em>morning</em>.</speak>"))
                .isEqualTo(SentenceSynthesizer.audioOf(plain, "Good morning."));
        assertThat(SentenceSynthesizer.audioOf(ssml, "1 < 2")).isEqualTo(SentenceSynthesizer.audioOf(plain, "1 < 2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8000, 16000, 22050, 24000, 44100, 48000})
    void wavIsPcmAfterOneHeader(int sampleRate) {
        byte[] wav = SentenceSynthesizer.audioOf(parameters(AudioFormat.WAV, sampleRate), TEXT);
        byte[] pcm = SentenceSynthesizer.audioOf(parameters(AudioFormat.PCM, sampleRate), TEXT);
        assertThat(Arrays.copyOfRange(wav, 44, wav.length)).isEqualTo(pcm);

        ByteBuffer header = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(ascii(wav, 0)).isEqualTo("RIFF");
        assertThat(ascii(wav, 8)).isEqualTo("WAVE");
        assertThat(ascii(wav, 12)).isEqualTo("fmt ");
        assertThat(header.getInt(16)).isEqualTo(16);
        assertThat(header.getShort(20)).isEqualTo((short) 1);
        assertThat(header.getShort(22)).isEqualTo((short) 1);
        assertThat(header.getInt(24)).isEqualTo(sampleRate);
        assertThat(header.getInt(28)).isEqualTo(sampleRate * 2);
        assertThat(header.getShort(32)).isEqualTo((short) 2);
        assertThat(header.getShort(34)).isEqualTo((short) 16);
        assertThat(ascii(wav, 36)).isEqualTo("data");
        assertThat(header.getInt(40)).isGreaterThan(pcm.length).isEven();
        assertThat(header.getInt(4)).isEqualTo(header.getInt(40) + 36);
    }

    @ParameterizedTest
    @CsvSource({"8000,32", "16000,64", "22050,64", "24000,64", "44100,128", "48000,128"})
    void mp3IsContiguousFrames(int sampleRate, int kilobits) {
        byte[] mp3 = SentenceSynthesizer.audioOf(parameters(AudioFormat.MP3, sampleRate), TEXT);
        int frames = 0;
        int at = 0;
        double seconds = 0;
        while (at < mp3.length) {
            var frame = Mp3Frame.at(mp3, at);
            assertThat(frame.sampleRate()).isEqualTo(sampleRate);
            assertThat(frame.kilobits()).isEqualTo(kilobits);
            assertThat(frame.mono()).isTrue();
            at += frame.bytes();
            seconds += frame.samples() / (double) sampleRate;
            frames++;
        }
        assertThat(at).isEqualTo(mp3.length);
        assertThat(frames).isGreaterThan(50);
        // Each sentence adds up to a frame and the encoder delay of 1,105 samples; at 8 kHz that delay is largest.
        assertThat(seconds).isBetween(plainSeconds(), plainSeconds() + 3 * 0.29);
    }

    @ParameterizedTest
    @CsvSource({"8000,16", "16000,32", "22050,32", "24000,64", "44100,64", "48000,510", "48000,6"})
    void opusIsAnOggStreamThatDecodes(int sampleRate, int kilobits) throws OpusException {
        byte[] opus = SentenceSynthesizer.audioOf(parameters(AudioFormat.OPUS, sampleRate, kilobits), TEXT);
        List<OggPage> pages = OggPage.all(opus);
        for (int i = 0; i < pages.size(); i++) {
            OggPage page = pages.get(i);
            assertThat(page.checksum()).isEqualTo(page.computedChecksum());
            assertThat(page.sequence()).isEqualTo(i);
            assertThat(page.serial()).isEqualTo(pages.get(0).serial());
            assertThat(page.first()).isEqualTo(i == 0);
            assertThat(page.last()).isEqualTo(i == pages.size() - 1);
        }
        ByteBuffer head = ByteBuffer.wrap(pages.get(0).packets().get(0)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(ascii(head.array(), 0) + ascii(head.array(), 4)).isEqualTo("OpusHead");
        assertThat(head.get(8)).isEqualTo((byte) 1);
        assertThat(head.get(9)).isEqualTo((byte) 1);
        assertThat(head.getInt(12)).isEqualTo(sampleRate);
        assertThat(new String(pages.get(1).packets().get(0), 0, 8)).isEqualTo("OpusTags");

        var decoder = new OpusDecoder(48000, 1);
        var pcm = new short[5760];
        long samples = 0;
        double energy = 0;
        for (OggPage page : pages.subList(2, pages.size())) {
            for (byte[] packet : page.packets()) {
                int decoded = decoder.decode(packet, 0, packet.length, pcm, 0, pcm.length, false);
                samples += decoded;
                for (int i = 0; i < decoded; i++) {
                    energy += pcm[i] * pcm[i];
                }
            }
            assertThat(page.granules()).isEqualTo(samples);
        }
        assertThat(samples / 48000.0).isBetween(plainSeconds(), plainSeconds() + 3 * 0.04);
        assertThat(Math.sqrt(energy / samples)).isGreaterThan(500);
        assertThat(opus.length * 8 / 1000.0 / plainSeconds()).isLessThan(kilobits * 1.3 + 6);
    }

    private static String ascii(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.US_ASCII);
    }
}
