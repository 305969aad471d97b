package dev.warmvoice.soak;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Plot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Memory, threads and files of a process over time. One thread samples, another reads the samples later. */
final class ProcessStats {

    /** The sampled metrics. */
    enum Sign {

        RSS("RSS, MB", 4, Moment::rss),
        HEAP("heap after a full collection, MB", 0.5, Moment::heap),
        THREADS("threads", 24, Moment::threads),
        FILES("files and sockets", 8, Moment::files);

        private final String name;
        private final double grain;
        private final ToDoubleFunction<Moment> value;

        Sign(String name, double grain, ToDoubleFunction<Moment> value) {
            this.name = name;
            this.grain = grain;
            this.value = value;
        }

        /**
         * Variation without a leak: garbage not yet collected, idle threads and connections that come and go. A binary
         * reports its heap in steps of 0.5 MB.
         */
        double grain() {
            return grain;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private record Moment(Duration at, double rss, double heap, double threads, double files) {
    }

    private static final double MIB = 1024 * 1024;
    /** Heap samples are rare because each needs a full collection. */
    private static final int MOMENTS_PER_COLLECTION = 10;
    /** The interval between the points of a plot. */
    private static final Duration STEP = Duration.ofSeconds(5);

    private final Artifact artifact;
    private final long beginNanos = System.nanoTime();
    private final List<Moment> moments = new ArrayList<>();
    private double heap = Double.NaN;

    ProcessStats(Artifact artifact) {
        this.artifact = artifact;
    }

    void take() throws IOException, InterruptedException {
        if (moments.size() % MOMENTS_PER_COLLECTION == 0) {
            heap = artifact.heldHeap().orElse(heap);
        }
        moments.add(new Moment(Duration.ofNanos(System.nanoTime() - beginNanos), artifact.residentKib() / 1024.0,
                heap / MIB, artifact.threads(), artifact.files()));
    }

    /** The median of the samples between two times; NaN if there are none. */
    double typical(Sign sign, Duration from, Duration to) {
        double[] values = moments.stream()
                .filter(moment -> from.compareTo(moment.at) <= 0 && moment.at.compareTo(to) < 0)
                .mapToDouble(sign.value).filter(value -> !Double.isNaN(value)).sorted().toArray();
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }

    /** Writes a plot for each metric to {@code target}. */
    void plot(String name, String title) throws IOException {
        for (Sign sign : Sign.values()) {
            Plot plot = Plot.linear(title, "minutes", sign.name);
            Duration end = moments.get(moments.size() - 1).at;
            for (Duration from = Duration.ZERO; from.compareTo(end) < 0; from = from.plus(STEP)) {
                double value = typical(sign, from, from.plus(STEP));
                // A frozen process cannot be sampled.
                if (!Double.isNaN(value)) {
                    plot.point(sign.name, from.toMillis() / 60_000.0, value);
                }
            }
            Files.writeString(Path.of("target", name + "-" + sign.name().toLowerCase(Locale.ROOT) + ".svg"),
                    plot.svg());
        }
    }
}
