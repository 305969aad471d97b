package dev.warmvoice.bench;

import dev.warmvoice.testing.Packaged;
import dev.warmvoice.testing.Sample;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The first audio after process start with a handshake of 300 ms: the binary and the jar, with connections open when
 * they are ready, compared with the SDK with and without the vendor's sample pool. The SDK runs on a JVM and loads its
 * classes first, so the jar is the fair comparison.
 */
class FirstRequestBench {

    private static final String SENTENCE = "Good morning.";
    private static final int STARTS = 10;

    @Test
    void firstRequestAfterStart() throws Exception {
        Packaged binary = Packaged.here();
        Packaged jar = Packaged.at(System.getProperty("packaged.jar"));
        try (ServiceProcess service = ServiceProcess.start("--handshake-delay=300").rehearsed(SENTENCE)) {
            Sample ofBinary = new Sample();
            Sample ofJar = new Sample();
            Sample ofPool = new Sample();
            Sample ofNoPool = new Sample();
            for (int i = 0; i < STARTS; i++) {
                add(ofBinary, HttpInstance.start(binary, service.settings(4)));
                add(ofNoPool, new NaiveInstance(service.url(), 0));
                add(ofJar, HttpInstance.start(jar, service.settings(4)));
                add(ofPool, new NaiveInstance(service.url(), 4));
            }
            double beside = Math.min(ofNoPool.median(), ofPool.median());
            Report report = new Report("03-first-request").data("binary, ms", ofBinary).data("jar, ms", ofJar)
                    .data("no pool, ms", ofNoPool).data("vendor's sample pool, ms", ofPool);
            row(report, "binary", ofBinary, ofNoPool, ofPool, beside);
            row(report, "jar", ofJar, ofNoPool, ofPool, beside);
            report.write();
        }
    }

    private static void row(Report report, String what, Sample ours, Sample noPool, Sample pool, double beside) {
        double ratio = ours.median() / beside;
        report.row("first audio of the first request after start, handshake 300 ms, " + what + ", ms: median of "
                + STARTS, figure(ours), "no pool " + figure(noPool) + "; vendor's sample pool " + figure(pool),
                String.format(Locale.ROOT, "≤ 0.5 × both: %.2f", ratio), ratio <= 0.5);
    }

    private static void add(Sample sample, Instance started) throws IOException {
        try (started) {
            LoadClient.Heard heard = started.speak(SENTENCE);
            Expected.verify(SENTENCE, heard.audio());
            sample.addNanos(heard.firstNanos());
        }
    }

    private static String figure(Sample sample) {
        return String.format(Locale.ROOT, "%.0f", sample.median());
    }
}
