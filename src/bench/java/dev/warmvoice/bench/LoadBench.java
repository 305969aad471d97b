package dev.warmvoice.bench;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Plot;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many concurrent clients while the service delivers audio at playing speed. */
class LoadBench {

    private static final String[] TEXTS = {"Good morning. Your train leaves at nine.",
            "The next stop is the central station, please mind the gap.", "Please hold the line.",
            "Your parcel has been delivered to your neighbour.", "You have three new messages."};
    private static final int CLIENTS = 100;
    private static final Duration TIME = Duration.ofSeconds(60);
    private static final Duration ARRIVING = Duration.ofSeconds(3);
    private static final int[] RAMP = {1, 10, 50, 75, 90, 100, 125, 150, 200, 400};
    private static final Duration STEP = Duration.ofSeconds(6);

    @Test
    void aHundredAtOnce() throws Exception {
        try (ServiceProcess service = inRealTime(); Artifact artifact = Artifact.start(service.settings(CLIENTS))) {
            ClosedLoopLoad bare = new ClosedLoopLoad(ARRIVING, TEXTS).talk(CLIENTS, TIME,
                    () -> new BareClient(service.url(), Expected.parameters()));
            ClosedLoopLoad ours = new ClosedLoopLoad(ARRIVING, TEXTS).talk(CLIENTS, TIME,
                    () -> new HttpLoadClient(artifact.base()));
            if (bare.heard() == 0 || !bare.failures().isEmpty()) {
                throw new AssertionError("The bare clients fail: " + bare.failures());
            }
            int lost = ours.failures().size() + ours.refused();
            double bound = bare.gaps().quantile(0.999) + 20;
            new Report("05-load").data("bare clients, first audio, ms", bare.firsts())
                    .data("warmvoice, first audio, ms", ours.firsts()).data("failures", ours.failures().toString())
                    .row(CLIENTS + " clients at once, real-time pacing, " + TIME.toSeconds()
                            + " s: texts spoken, failed",
                            ours.heard() + ", " + lost, "bare clients " + bare.heard() + ", 0", "0 failed", lost == 0)
                    .row("the same: first audio, ms: median, p99", figures(ours), "bare clients " + figures(bare),
                            String.format(Locale.ROOT, "p99 ≤ 2 ×: %.1f ×",
                                    ours.firsts().p99() / bare.firsts().p99()),
                            ours.firsts().p99() <= 2 * bare.firsts().p99())
                    .row("the same: max gap in the audio, ms",
                            String.format(Locale.ROOT, "%.0f", ours.gaps().max()),
                            String.format(Locale.ROOT, "bare clients p99.9 %.0f, max %.0f",
                                    bare.gaps().quantile(0.999), bare.gaps().max()),
                            String.format(Locale.ROOT, "≤ p99.9 + 20: %.0f", bound), ours.gaps().max() <= bound)
                    .write();
        }
    }

    @Test
    void ramp() throws Exception {
        Plot plot = new Plot("First audio while more and more clients come; pool of " + CLIENTS, "clients", "ms");
        Report report = new Report("06-ramp");
        try (ServiceProcess service = inRealTime()) {
            Ramp strict = ramp(service, Map.of("warmvoice.pool.max-waiting", "0"), "no queue", plot, report);
            report.row("ramp, pool of " + CLIENTS + ", no queue: knee, the max number of clients without a"
                    + " 429", Integer.toString(strict.knee), "tried " + Arrays.toString(RAMP), "named", null)
                    .row("p99 of the first audio of those admitted beyond it, ms",
                            String.format(Locale.ROOT, "%.1f", strict.beyond),
                            String.format(Locale.ROOT, "at the knee %.1f", strict.before),
                            "kept (≤ 2 ×), nothing but 429: " + strict.failures + " other",
                            strict.beyond <= 2 * strict.before && strict.failures == 0);
            Ramp patient = ramp(service, Map.of(), "queue up to 2 s", plot, report);
            report.row("the same with the default settings, where " + 4 * CLIENTS + " wait up to 2 s: knee",
                    Integer.toString(patient.knee), "–", "–", null)
                    .row("p99 of the first audio of those admitted beyond it, ms",
                            String.format(Locale.ROOT, "%.1f", patient.beyond),
                            String.format(Locale.ROOT, "at the knee %.1f", patient.before),
                            "nothing but 429: " + patient.failures + " other", patient.failures == 0);
        }
        report.plot("ramp", plot).write();
    }

    /**
     * @param knee the max number of clients without a 429
     * @param before the p99 of the first audio at the knee, in milliseconds
     * @param beyond the worst p99 of the first audio of admitted requests beyond the knee, in milliseconds
     * @param failures the count of failures other than 429
     */
    private record Ramp(int knee, double before, double beyond, int failures) {
    }

    private static Ramp ramp(ServiceProcess service, Map<String, String> more, String name, Plot plot, Report report) {
        Map<String, String> settings = service.settings(CLIENTS);
        settings.putAll(more);
        Ramp ramp = new Ramp(0, 0, 0, 0);
        try (Artifact artifact = Artifact.start(settings)) {
            for (int clients : RAMP) {
                ClosedLoopLoad crowd = new ClosedLoopLoad(Duration.ofSeconds(1), TEXTS).talk(clients, STEP,
                        () -> new HttpLoadClient(artifact.base()));
                double p99 = crowd.firsts().p99();
                int failures = ramp.failures + crowd.failures().size();
                report.data(clients + " clients, " + name + ", first audio, ms", crowd.firsts())
                        .data(clients + " clients, " + name + ", refused", crowd.refused())
                        .data(clients + " clients, " + name + ", failures", crowd.failures().toString());
                plot.point("p99, " + name, clients, p99).point("median, " + name, clients, crowd.firsts().median());
                ramp = crowd.refused() == 0 && ramp.beyond == 0
                        ? new Ramp(clients, p99, 0, failures)
                        : new Ramp(ramp.knee, ramp.before, Math.max(ramp.beyond, p99), failures);
            }
        }
        return ramp;
    }

    private static ServiceProcess inRealTime() throws IOException {
        return ServiceProcess.start("--rtf=1").rehearsed(TEXTS);
    }

    private static String figures(ClosedLoopLoad crowd) {
        return String.format(Locale.ROOT, "%.1f, %.1f", crowd.firsts().median(), crowd.firsts().p99());
    }
}
