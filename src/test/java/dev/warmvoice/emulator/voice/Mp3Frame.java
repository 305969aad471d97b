package dev.warmvoice.emulator.voice;

/** The header of an MPEG layer III frame, parsed independently of the encoder under test. */
public record Mp3Frame(int sampleRate, int kilobits, boolean mono, int samples, int bytes) {

    private static final int[] KILOBITS_1 = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] KILOBITS_2 = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] RATES = {44100, 48000, 32000};

    public static Mp3Frame at(byte[] mp3, int at) {
        if ((mp3[at] & 0xFF) != 0xFF || (mp3[at + 1] & 0xE0) != 0xE0) {
            throw new AssertionError("no frame at " + at + " of " + mp3.length);
        }
        int version = mp3[at + 1] >> 3 & 3;
        int layer = mp3[at + 1] >> 1 & 3;
        if (version == 1 || layer != 1) {
            throw new AssertionError("not layer III at " + at);
        }
        boolean one = version == 3;
        int kilobits = (one ? KILOBITS_1 : KILOBITS_2)[mp3[at + 2] >> 4 & 15];
        int sampleRate = RATES[mp3[at + 2] >> 2 & 3] / (one ? 1 : version == 2 ? 2 : 4);
        int padding = mp3[at + 2] >> 1 & 1;
        boolean mono = (mp3[at + 3] >> 6 & 3) == 3;
        int bytes = (one ? 144 : 72) * kilobits * 1000 / sampleRate + padding;
        return new Mp3Frame(sampleRate, kilobits, mono, one ? 1152 : 576, bytes);
    }
}
