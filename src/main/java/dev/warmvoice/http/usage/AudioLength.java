package dev.warmvoice.http.usage;

import dev.warmvoice.speech.SpeechRequest.Encoding;
import org.jspecify.annotations.Nullable;

/** How long audio is, told from its size. */
final class AudioLength {

    private static final int BYTES_PER_SAMPLE = 2;
    private static final int WAV_HEADER_BYTES = 44;
    private static final double BYTES_PER_KILOBIT = 125;
    /** By the index in a frame's header, for layer III. */
    private static final int[] MPEG_1_KILOBITS = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
    private static final int[] MPEG_2_KILOBITS = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};

    private AudioLength() {
    }

    /**
     * Exact for PCM and WAV; for MP3 and Opus told from the bit rate, if that is known and does not vary.
     *
     * @param head the first four bytes
     * @return null if it cannot be told
     */
    static @Nullable Double seconds(Encoding encoding, long bytes, int head) {
        double pcmRate = (double) encoding.sampleRate() * BYTES_PER_SAMPLE;
        Integer bitRate = encoding.bitRate();
        return switch (encoding.format()) {
            case PCM -> Double.valueOf(bytes / pcmRate);
            case WAV -> Double.valueOf(Math.max(0, bytes - WAV_HEADER_BYTES) / pcmRate);
            case OPUS -> compressed(bytes, bitRate == null ? 0 : bitRate);
            case MP3 -> compressed(bytes, mp3Kilobits(head));
        };
    }

    private static @Nullable Double compressed(long bytes, int kilobits) {
        return kilobits == 0 ? null : Double.valueOf(bytes / (kilobits * BYTES_PER_KILOBIT));
    }

    /** The bit rate in the header of an MP3 frame; 0 if it is none. */
    private static int mp3Kilobits(int head) {
        boolean isLayer3 = head >>> 21 == 0x7ff && (head >>> 17 & 3) == 1;
        int index = head >>> 12 & 15;
        if (!isLayer3) {
            return 0;
        }
        return (head >>> 19 & 3) == 3 ? MPEG_1_KILOBITS[index] : MPEG_2_KILOBITS[index];
    }
}
