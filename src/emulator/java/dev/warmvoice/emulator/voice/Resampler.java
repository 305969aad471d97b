package dev.warmvoice.emulator.voice;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Converts samples from one rate to another with a windowed sinc filter. Immutable. */
final class Resampler {

    private static final int HALF_WIDTH = 16;
    private static final Map<Integer, Resampler> FROM_VOICE = new ConcurrentHashMap<>();

    private final int up;
    private final int down;
    private final int reach;
    private final float[][] taps;

    private Resampler(int fromRate, int toRate) {
        int common = gcd(fromRate, toRate);
        up = toRate / common;
        down = fromRate / common;
        // When the rate goes down, what the new rate cannot carry has to be filtered away.
        double cutoff = Math.min(1, (double) up / down);
        reach = (int) Math.ceil(HALF_WIDTH / cutoff);
        taps = new float[up][2 * reach];
        for (int phase = 0; phase < up; phase++) {
            for (int tap = 0; tap < 2 * reach; tap++) {
                taps[phase][tap] = (float) filter(tap - reach + 1 - (double) phase / up, cutoff, reach);
            }
        }
    }

    /** @return a converter from {@link English#SAMPLE_RATE}, made once for each rate */
    static Resampler fromVoice(int toRate) {
        return FROM_VOICE.computeIfAbsent(toRate, rate -> new Resampler(English.SAMPLE_RATE, rate));
    }

    short[] resample(short[] input, double gain) {
        var output = new short[(int) ((long) input.length * up / down)];
        for (int n = 0; n < output.length; n++) {
            long position = (long) n * down;
            int first = (int) (position / up) - reach + 1;
            float[] weights = taps[(int) (position % up)];
            float sum = 0;
            for (int tap = Math.max(0, -first); tap < weights.length && first + tap < input.length; tap++) {
                sum += weights[tap] * input[first + tap];
            }
            output[n] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sum * gain)));
        }
        return output;
    }

    private static double filter(double x, double cutoff, int reach) {
        if (Math.abs(x) >= reach) {
            return 0;
        }
        double angle = Math.PI * cutoff * x;
        double sinc = x == 0 ? 1 : StrictMath.sin(angle) / angle;
        double window = 0.5 + 0.5 * StrictMath.cos(Math.PI * x / reach);
        return cutoff * sinc * window;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
