package dev.warmvoice.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A recorder of one text's audio and its arrival times, optimized for low overhead. */
final class AudioRecorder {

    private final long begin = System.nanoTime();
    private byte[] audio = new byte[64 << 10];
    private int length;
    private long first;
    private long last;
    private long[] gaps = new long[64];
    private int arrivals;

    /** Reads this number of bytes as they arrive. */
    void hear(InputStream in, int count) throws IOException {
        if (length + count > audio.length) {
            audio = Arrays.copyOf(audio, Math.max(length + count, 2 * audio.length));
        }
        int end = length + count;
        while (length < end) {
            int read = in.read(audio, length, end - length);
            if (read < 0) {
                throw new IOException("truncated audio");
            }
            length += read;
            long now = System.nanoTime();
            if (arrivals == 0) {
                first = now;
            } else {
                note(now - last);
            }
            arrivals++;
            last = now;
        }
    }

    private void note(long gap) {
        if (arrivals > gaps.length) {
            gaps = Arrays.copyOf(gaps, 2 * gaps.length);
        }
        gaps[arrivals - 1] = gap;
    }

    LoadClient.Heard heard() throws IOException {
        if (length == 0) {
            throw new IOException("complete, without any audio");
        }
        return new LoadClient.Heard(first - begin, last - begin, Arrays.copyOf(gaps, arrivals - 1),
                Arrays.copyOf(audio, length));
    }
}
