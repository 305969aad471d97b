package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class VoiceTest {

    private static final String ENGLISH = "The quick brown fox jumps over the lazy dog.";
    private static final String CHINESE = "床前明月光疑是地上霜";

    private static SampledSentence speak(String text, double rate, double pitch, int volume) {
        return new Voice(parameters("longanyang", 16000, volume, rate, pitch, 0)).speak(text);
    }

    private static SpeechParameters parameters(String voice, int sampleRate, int volume, double rate, double pitch,
            int seed) {
        return new SpeechParameters("cosyvoice-v3-flash", voice, AudioFormat.PCM, sampleRate, volume, rate, pitch,
                seed, 32, false);
    }

    @Test
    void readsLatinTextAsEnglish() {
        SampledSentence spoken = speak(ENGLISH, 1, 1, 50);
        assertThat(seconds(spoken)).isBetween(2.0, 4.5);
        assertThat(loudness(spoken)).isGreaterThan(500);
    }

    @Test
    void readsAccentedLetters() {
        assertThat(speak("Où est la piñata, Łódź?", 1, 1, 50).words()).extracting(Word::text).containsExactly("Où",
                "est", "la", "piñata", "Łódź");
    }

    @ParameterizedTest
    @ValueSource(strings = {CHINESE, "いろはにほへとちりぬ", "абвгдежзик", "٠١٢٣٤٥٦٧٨٩"})
    void speaksEachLetterOfOtherScriptsAsATone(String tenLetters) {
        SampledSentence spoken = speak(tenLetters, 1, 1, 50);
        assertThat(seconds(spoken)).isCloseTo(2, within(0.01));
        assertThat(spoken.words()).hasSize(10);
        assertThat(loudness(spoken)).isGreaterThan(500);
    }

    @Test
    void supplementaryCharactersCountAsOneLetter() {
        assertThat(speak("𠀀𠀁", 1, 1, 50).words()).extracting(Word::text).containsExactly("𠀀", "𠀁");
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGLISH, CHINESE, "Hello 世界, good morning!"})
    void rateChangesTheDuration(String text) {
        double normal = seconds(speak(text, 1, 1, 50));
        assertThat(seconds(speak(text, 2, 1, 50))).isCloseTo(normal / 2, within(normal / 20));
        assertThat(seconds(speak(text, 0.5, 1, 50))).isCloseTo(normal * 2, within(normal / 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGLISH, CHINESE})
    void volumeChangesTheLoudness(String text) {
        double normal = loudness(speak(text, 1, 1, 50));
        assertThat(loudness(speak(text, 1, 1, 100))).isCloseTo(normal * 2, within(normal / 10));
        assertThat(loudness(speak(text, 1, 1, 25))).isCloseTo(normal / 2, within(normal / 10));
        assertThat(loudness(speak(text, 1, 1, 0))).isZero();
    }

    @Test
    void pitchRaisesTheTone() {
        assertThat(crossings(speak("一", 1, 2, 50))).isCloseTo(2 * crossings(speak("一", 1, 1, 50)), within(4));
    }

    @Test
    void pitchRaisesTheVoice() {
        double normal = fundamental(speak(ENGLISH, 1, 1, 50));
        assertThat(fundamental(speak(ENGLISH, 1, 1.5, 50))).isCloseTo(normal * 1.5, within(normal / 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGLISH, CHINESE})
    void isIndependentOfEarlierTexts(String text) {
        short[] once = speak(text, 1.2, 0.9, 60).samples();
        speak("Something else, slower.", 0.5, 2, 10);
        assertThat(speak(text, 1.2, 0.9, 60).samples()).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGLISH, CHINESE})
    void voicesAndSeedsDiffer(String text) {
        short[] one = new Voice(parameters("longanyang", 16000, 50, 1, 1, 0)).speak(text).samples();
        assertThat(new Voice(parameters("longanhuan", 16000, 50, 1, 1, 0)).speak(text).samples()).isNotEqualTo(one);
        assertThat(new Voice(parameters("longanyang", 16000, 50, 1, 1, 7)).speak(text).samples()).isNotEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(ints = {8000, 16000, 22050, 24000, 44100, 48000})
    void lastsAsLongAtEverySampleRate(int sampleRate) {
        SampledSentence spoken = new Voice(parameters("longanyang", sampleRate, 50, 1, 1, 0)).speak(ENGLISH);
        assertThat(spoken.samples().length / (double) sampleRate).isCloseTo(seconds(speak(ENGLISH, 1, 1, 50)),
                within(0.001));
        assertThat(loudness(spoken)).isCloseTo(loudness(speak(ENGLISH, 1, 1, 50)), within(400.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {ENGLISH, CHINESE, "Mr. Smith paid $3.14, \"really\" - for 三 café au lait (ça va)!"})
    void wordsAreWithinAudioAndText(String text) {
        SampledSentence spoken = speak(text, 1, 1, 50);
        List<Word> words = spoken.words();
        assertThat(words).isNotEmpty();
        assertThat(words).allSatisfy(word -> {
            assertThat(word.text()).isEqualTo(text.substring(word.beginIndex(), word.endIndex()));
            assertThat(word.begin()).isNotNegative().isLessThan(word.end());
        });
        for (int i = 1; i < words.size(); i++) {
            assertThat(words.get(i).begin()).isGreaterThanOrEqualTo(words.get(i - 1).end() - 1e-6);
            assertThat(words.get(i).beginIndex()).isGreaterThanOrEqualTo(words.get(i - 1).endIndex());
        }
        assertThat(words.get(words.size() - 1).end()).isLessThanOrEqualTo(seconds(spoken) + 1e-6);
    }

    @Test
    void wordsFollowTheText() {
        assertThat(speak("Mr. Smith paid $3.14, \"really\" - 三五。", 1, 1, 50).words()).extracting(Word::text)
                .containsExactly("Mr", "Smith", "paid", "$3.14", "really", "三", "五");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "。！？", "... -- !", "😀😀", "\n\t"})
    void unspeakableTextGivesNoAudio(String text) {
        assertThat(speak(text, 1, 1, 50).samples()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "a b c", "123456789012345678901234567890", "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "<a&b>",
            "x\u0000y", "http://example.com/a?b=c#d", "1/2 3% 5€ 10:30 a.m.", "ß", "ﬁ", "Ａ１", "a\u0301\u0301", "5日",
            "I'm y'all's", "___x___", "'", "a'", "100,000.5", "-5", "#1 @you *x*"})
    void acceptsUnusualText(String text) {
        SampledSentence spoken = speak(text, 1, 1, 50);
        assertThat(spoken.samples().length > 0).isEqualTo(text.codePoints().anyMatch(Character::isLetterOrDigit));
    }

    private static double seconds(SampledSentence spoken) {
        return spoken.samples().length / 16000.0;
    }

    /** The root mean square of the samples. */
    private static double loudness(SampledSentence spoken) {
        double sum = 0;
        for (short sample : spoken.samples()) {
            sum += sample * sample;
        }
        return Math.sqrt(sum / spoken.samples().length);
    }

    private static int crossings(SampledSentence spoken) {
        short[] samples = spoken.samples();
        int crossings = 0;
        for (int i = 1; i < samples.length; i++) {
            if (samples[i - 1] < 0 != samples[i] < 0) {
                crossings++;
            }
        }
        return crossings;
    }

    /** The mean fundamental frequency in Hz, by autocorrelation. */
    private static double fundamental(SampledSentence spoken) {
        short[] samples = spoken.samples();
        double best = 0;
        int bestLag = 0;
        for (int lag = 16000 / 300; lag < 16000 / 60; lag++) {
            double sum = 0;
            for (int i = lag; i < samples.length; i++) {
                sum += samples[i] * samples[i - lag];
            }
            if (sum > best) {
                best = sum;
                bestLag = lag;
            }
        }
        return 16000.0 / bestLag;
    }
}
