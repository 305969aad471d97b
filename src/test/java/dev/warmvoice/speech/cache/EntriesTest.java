package dev.warmvoice.speech.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which entries are kept where not all can be. */
class EntriesTest {

    private static final int PHRASES = 10_000;
    private static final int FRAME = 10_000;
    private static final int REQUESTS = 400_000;
    private static final int RUNS = 4;

    private final Heartbeat time = new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2));

    /**
     * Requests as language has them: the n-th most frequent of 10,000 phrases is asked for an n-th as often as the first. The
     * most hits that memory for a tenth of them can have is by keeping the most frequent tenth from the beginning.
     */
    @Test
    void keepsTheFrequentPhrases() {
        double[] cumulative = cumulativeFrequencies();
        double ratio = IntStream.rangeClosed(1, RUNS).mapToDouble(seed -> ratio(cumulative, new Random(seed))).average()
                .orElseThrow();
        double bound = 100.0 * cumulative[PHRASES / 10 - 1] / cumulative[PHRASES - 1];
        System.out.printf("Hits: %.1f %%; at most %.1f %%%n", ratio, bound);
        assertThat(ratio).isGreaterThan(bound - 3.5);
    }

    private double ratio(double[] cumulative, Random random) {
        Recording entry = entry();
        Entries entries = new Entries((long) PHRASES / 10 * entry.weight(), Duration.ofDays(1), time);
        EntryKey[] keys = IntStream.range(0, PHRASES).mapToObj(phrase -> key(random)).toArray(EntryKey[]::new);
        int hits = 0;
        for (int i = -REQUESTS; i < REQUESTS; i++) {
            int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[PHRASES - 1]);
            EntryKey key = keys[found < 0 ? -found - 1 : found];
            if (entries.find(key).isEmpty()) {
                entries.keep(key, entry);
            } else if (i >= 0) {
                hits++;
            }
        }
        assertThat(entries.bytes()).isLessThanOrEqualTo((long) PHRASES / 10 * entry.weight());
        return 100.0 * hits / REQUESTS;
    }

    private static EntryKey key(Random random) {
        byte[] digest = new byte[32];
        random.nextBytes(digest);
        return new EntryKey(digest);
    }

    private static double[] cumulativeFrequencies() {
        double[] cumulative = new double[PHRASES];
        double sum = 0;
        for (int i = 0; i < PHRASES; i++) {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
        return cumulative;
    }

    private Recording entry() {
        Recording recording = new Recording(ended -> {
        }, time::beat);
        recording.restore(new EntryCodec.Entry(
                new Origin("task", AudioFormat.MP3, "model", null, Optional.empty(), true, Duration.ZERO,
                        Duration.ZERO),
                List.of(new SpeechEvent.Audio(ByteBuffer.allocate(FRAME)), new SpeechEvent.Done(1, 0, 0)),
                Duration.ZERO));
        return recording;
    }
}
