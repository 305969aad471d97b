package dev.warmvoice.bench;

import dev.warmvoice.testing.Plot;
import dev.warmvoice.testing.Sample;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The cost of a stream, compared with the vendor's SDK in a plain pool, which receives the same audio and discards it.
 * Warmvoice also forwards it over HTTP.
 */
class CostBench {

    private static final int STREAMS = 8;

    private static final String SPOKEN = Texts.ofLength(200);
    private static final int WARM_UP = 100;
    private static final int TIMES = 5;
    private static final int ROUNDS = 7;

    private static final String LONG = Texts.ofLength(1000);
    private static final int[] FRAME_BYTES = {1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10};
    private static final int ALLOCATING = 4;

    @Test
    void processorTime() throws Exception {
        byte[] audio = Pcm.of(SPOKEN);
        try (ServiceProcess service = ServiceProcess.start();
                SystemUnderTest sdk = new SdkProcess(service, STREAMS);
                SystemUnderTest jar = Served.jar(service, STREAMS);
                SystemUnderTest binary = Served.binary(service, STREAMS)) {
            Map<SystemUnderTest, Sample> costs = new LinkedHashMap<>();
            for (SystemUnderTest each : new SystemUnderTest[]{sdk, jar, binary}) {
                each.speak(SPOKEN, WARM_UP, audio);
                costs.put(each, new Sample());
            }
            double seconds = TIMES * STREAMS * Pcm.seconds(audio);
            for (int i = 0; i < ROUNDS; i++) {
                for (Map.Entry<SystemUnderTest, Sample> each : costs.entrySet()) {
                    long begin = each.getKey().cpuTime().toNanos();
                    each.getKey().speak(SPOKEN, TIMES, audio);
                    each.getValue().addNanos(Math.round((each.getKey().cpuTime().toNanos() - begin) / seconds));
                }
            }
            double limit = costs.get(sdk).median();
            Report report = new Report("07-cost-cpu");
            compare(report, "binary", costs.get(binary), limit);
            compare(report, "jar", costs.get(jar), limit);
            report.data("the SDK alone, CPU ms per second of audio", costs.get(sdk))
                    .data("jar, CPU ms per second of audio", costs.get(jar))
                    .data("binary, CPU ms per second of audio", costs.get(binary)).write();
        }
    }

    private static void compare(Report report, String what, Sample ours, double limit) {
        double ratio = ours.median() / limit;
        report.row("CPU ms per second of audio, " + STREAMS + " streams, " + what + " with its HTTP",
                String.format(Locale.ROOT, "%.2f", ours.median()),
                String.format(Locale.ROOT, "the SDK alone on the JVM, without HTTP %.2f", limit),
                String.format(Locale.ROOT, "≤ 1.3 ×: %.2f ×", ratio), ratio <= 1.3);
    }

    @Test
    void allocation() throws Exception {
        byte[] audio = Pcm.of(LONG);
        Plot plot = new Plot("Allocated on the heap for a frame", "bytes of a frame", "bytes allocated");
        Fit sdk;
        Fit ours;
        try (ServiceProcess service = ServiceProcess.start()) {
            try (SystemUnderTest alone = new SdkProcess(service, ALLOCATING, EpsilonHeap.OPTIONS)) {
                sdk = allocated(service, alone, audio, "the SDK alone", plot);
            }
            try (SystemUnderTest jar = Served.jar(service, ALLOCATING, EpsilonHeap.OPTIONS)) {
                ours = allocated(service, jar, audio, "warmvoice", plot);
            }
        }
        double more = ours.slope() - sdk.slope();
        new Report("07-cost-heap").row("allocated on the heap per frame", line(ours), "the SDK alone " + line(sdk),
                String.format(Locale.ROOT, "≤ 1 copy of a frame more: %+.2f", more), more <= 1).plot("allocation", plot)
                .write();
    }

    /** The allocation of a frame as a linear function of its size; the slope is the number of copies. */
    private static Fit allocated(ServiceProcess service, SystemUnderTest contestant, byte[] audio, String name,
            Plot plot)
            throws Exception {
        double[] frameBytes = new double[FRAME_BYTES.length];
        double[] allocated = new double[FRAME_BYTES.length];
        contestant.speak(LONG, 2, audio);
        for (int i = 0; i < FRAME_BYTES.length; i++) {
            service.setFrameBytes(FRAME_BYTES[i]);
            long before = EpsilonHeap.usedBytes(contestant.pid());
            contestant.speak(LONG, 1, audio);
            long used = EpsilonHeap.usedBytes(contestant.pid()) - before;
            double frames = Pcm.frames(LONG, FRAME_BYTES[i]);
            frameBytes[i] = audio.length / frames;
            allocated[i] = used / (frames * ALLOCATING);
            plot.point(name, frameBytes[i], allocated[i]);
        }
        return Fit.of(frameBytes, allocated);
    }

    private static String line(Fit fit) {
        return String.format(Locale.ROOT, "%.2f × its size + %.1f kB", fit.slope(), fit.intercept() / 1000);
    }
}
