package dev.warmvoice.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Jdk;
import dev.warmvoice.testing.Packaged;
import dev.warmvoice.testing.Sample;
import dev.warmvoice.testing.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cold starts as they are: over TLS with as many certificate authorities as a JDK has, and with a fraction of a processor,
 * beside the binary of an empty application.
 */
class ColdStartBench {

    private static final String SENTENCE = "Good morning.";
    private static final String READY = "/q/health/ready";
    private static final int STARTS = 20;
    /** Of a processor: all of one, and what AWS Lambda gives for 1,024 and for 512 MB. */
    private static final List<Double> PROCESSORS = List.of(1.0, 0.58, 0.29);
    private static final List<Integer> POOLS = List.of(1, 4);

    @TempDir
    Path folder;

    private final Packaged binary = Packaged.here();
    private final Packaged empty = Packaged.at(System.getProperty("packaged.empty"));
    private final Report report = new Report("08-cold-start");

    ColdStartBench() throws IOException {
    }

    @Test
    void coldStarts() throws Exception {
        assumeTrue(ProcessorShare.isPossible(), "needs the control group of processors, and root");
        TestCa ca = new TestCa(folder);
        Map<String, String> trust = ca.trustAmongThoseOf(Jdk.cacerts());
        try (ServiceProcess plain = ServiceProcess.start().rehearsed(SENTENCE);
                ServiceProcess secure = ServiceProcess.start("--pkcs12=" + ca.serverOption())) {
            for (double processors : PROCESSORS) {
                try (ProcessorShare share = new ProcessorShare(processors)) {
                    measure(processors, share, plain, secure, trust);
                }
            }
        }
        report.write();
    }

    private void measure(double processors, ProcessorShare share, ServiceProcess plain, ServiceProcess secure,
            Map<String, String> trust) throws Exception {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (int i = -2; i < STARTS; i++) {
            add(samples, i, "empty application", Start.untilOk(() -> launch(share, empty, Map.of()), "/"));
            for (int pool : POOLS) {
                Map<String, String> overTls = new HashMap<>(secure.settings(pool));
                overTls.putAll(trust);
                add(samples, i, "ws, pool of " + pool,
                        Start.untilOk(() -> launch(share, binary, plain.settings(pool)), READY));
                add(samples, i, "wss, pool of " + pool, Start.untilOk(() -> launch(share, binary, overTls), READY));
                add(samples, i, "wss, pool of " + pool + ", first audio",
                        Start.untilFirstAudio(() -> launch(share, binary, overTls), SENTENCE));
            }
        }
        double emptyMedian = samples.get("empty application").median();
        samples.forEach((what, sample) -> {
            String goal = goal(what, processors);
            report.data(processors + ", " + what, sample)
                    .row(String.format(Locale.ROOT, "%.2f of a processor, %s, ms: median, p90 of %d", processors, what,
                            STARTS),
                            String.format(Locale.ROOT, "%.1f, %.1f", sample.median(), sample.quantile(0.9)),
                            String.format(Locale.ROOT, "%.2f × empty", sample.median() / emptyMedian), goal,
                            isMet(goal, sample.median(), emptyMedian));
        });
    }

    private static String goal(String what, double processors) {
        if (what.startsWith("ws,")) {
            return "≤ 1.5 × empty";
        }
        return what.equals("wss, pool of 1") && processors < 0.3 ? "≤ 150" : "–";
    }

    private static Boolean isMet(String goal, double median, double emptyMedian) {
        return switch (goal) {
            case "–" -> null;
            case "≤ 150" -> median <= 150;
            default -> median <= 1.5 * emptyMedian;
        };
    }

    private static void add(Map<String, Sample> samples, int round, String what, long nanos) {
        Sample sample = samples.computeIfAbsent(what, first -> new Sample());
        if (round >= 0) {
            sample.addNanos(nanos);
        }
    }

    private static Artifact launch(ProcessorShare share, Packaged packaged, Map<String, String> settings) {
        int port = Artifact.freePort();
        Map<String, String> all = new HashMap<>(settings);
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.http.port", Integer.toString(port));
        all.put("quarkus.log.level", "INFO");
        return Artifact.launch(share.within(packaged.command(all)), port, Map.of());
    }
}
