package dev.warmvoice.emulator.voice;

/**
 * What, besides the text, decides how a task sounds. Ranges are the service's and are checked before.
 *
 * @param model name of the model; colours the voice a little
 * @param voice any name; decides the pitch the voice speaks at
 * @param format how the audio is encoded
 * @param sampleRate Hz, one of {@link AudioFormat#SAMPLE_RATES}
 * @param volume 0 (silent) to 100; 50 is normal
 * @param rate 0.5 to 2; 2 takes half the time
 * @param pitch 0.5 to 2; 2 is an octave up
 * @param seed 0 to 65535; another seed varies the voice slightly
 * @param bitRate kbit/s, 6 to 510; only Opus heeds it
 * @param ssml whether a text that starts with {@code <speak} is markup
 */
public record SpeechParameters(String model, String voice, AudioFormat format, int sampleRate, int volume, double rate,
        double pitch, int seed, int bitRate, boolean ssml) {

    /** @return Hz the encoder is fed at: Opus does not know every rate the service takes */
    int encoderRate() {
        return format == AudioFormat.OPUS ? OpusPacketEncoder.codecRate(sampleRate) : sampleRate;
    }
}
