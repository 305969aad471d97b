package dev.warmvoice.emulator.voice;

import java.util.ArrayList;
import java.util.List;

/** One voice with everything asked of it: speaks a sentence at the asked rate, pitch and volume. */
final class Voice {

    private static final double LOWEST_HERTZ = 85;
    private static final int HERTZ_SPAN = 90;

    /** kevin16 peaks near 20,000; this keeps it below clipping at full volume. */
    private static final double GAIN_PER_VOLUME = 0.8 / 50;

    private final double hertz;
    private final double rate;
    private final double gain;
    private final int sampleRate;

    Voice(SpeechParameters parameters) {
        double base = LOWEST_HERTZ + Math.floorMod(mix(parameters.voice().hashCode()), HERTZ_SPAN);
        int colour = Math.floorMod(mix(parameters.model().hashCode() * 31 + parameters.seed()), 1000);
        hertz = base * parameters.pitch() * (0.97 + colour * 0.00006);
        rate = parameters.rate();
        gain = parameters.volume() * GAIN_PER_VOLUME;
        sampleRate = parameters.encoderRate();
    }

    /** @return the sentence at the encoder's rate; no samples at all when nothing in it can be spoken */
    SampledSentence speak(String sentence) {
        List<short[]> parts = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        int length = 0;
        for (int from = 0; from < sentence.length();) {
            int to = endOfRun(sentence, from);
            SampledSentence run = speakRun(sentence.substring(from, to));
            double begin = length / (double) English.SAMPLE_RATE;
            for (Word word : run.words()) {
                words.add(word.shifted(from, begin));
            }
            parts.add(run.samples());
            length += run.samples().length;
            from = to;
        }
        return new SampledSentence(Resampler.fromVoice(sampleRate).resample(concatenate(parts, length), gain), words);
    }

    private SampledSentence speakRun(String run) {
        CharacterKind kind = run.codePoints().mapToObj(CharacterKind::of).filter(s -> s != CharacterKind.NOT)
                .findFirst()
                .orElse(CharacterKind.NOT);
        if (kind == CharacterKind.NOT) {
            return new SampledSentence(new short[0], List.of());
        }
        if (kind == CharacterKind.AS_TONE) {
            return Tones.speak(run, hertz, rate);
        }
        // One that throws is not given back: its state is unknown.
        English english = English.borrow();
        SampledSentence spoken = english.speak(run, hertz, rate);
        english.giveBack();
        return spoken.samples().length > 0 ? spoken : Tones.speak(run, hertz, rate);
    }

    /** A run is what one way of speaking covers; punctuation and blanks belong to the run they follow. */
    private static int endOfRun(String sentence, int from) {
        CharacterKind kind = CharacterKind.NOT;
        for (int i = from; i < sentence.length();) {
            int codePoint = sentence.codePointAt(i);
            CharacterKind here = CharacterKind.of(codePoint);
            if (here != CharacterKind.NOT) {
                if (kind != CharacterKind.NOT && here != kind) {
                    return i;
                }
                kind = here;
            }
            i += Character.charCount(codePoint);
        }
        return sentence.length();
    }

    private static short[] concatenate(List<short[]> parts, int length) {
        var whole = new short[length];
        int at = 0;
        for (short[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    /** Names that differ in one letter shall not sound alike. */
    private static int mix(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
