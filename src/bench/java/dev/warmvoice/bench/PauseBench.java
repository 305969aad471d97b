package dev.warmvoice.bench;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.testing.Packaged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The first audio after a pause, with a handshake of 300 ms and a service that closes connections idle for 60 s,
 * compared with the vendor's sample pool. Several warm processes pause in parallel; their requests alternate.
 */
class PauseBench {

    private static final String SENTENCE = "Good morning.";
    private static final int WARM_UP = 100;
    private static final int WARM_REQUESTS = 10;
    private static final int LANES = 5;
    private static final int CUTS_OF_A_KIND = 5;
    private static final String WARM = "without a pause";
    private static final String IDLE_30_S = "after 30 s idle";
    private static final String IDLE_5_MIN = "after 5 min idle";
    private static final String FREEZE_40_S = "after a freeze of 40 s";
    private static final String FREEZE_70_S = "after a freeze of 70 s";
    private static final String CLOSED = "right after the service has closed all connections";
    private static final String DROPPED = "right after the network has silently dropped all connections";

    /** The time between the starts of two lanes, so that one is idle before the next one speaks. */
    private static final Duration STAGGER = Duration.ofMillis(250);

    private final ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Map<Kind, LatencyTally>> tallies = new ConcurrentHashMap<>();

    /** The products under test. */
    private enum Kind {

        BINARY("binary"),
        JAR("jar"),
        PATIENT_BINARY("binary, max-idle 55 s"),
        VENDOR("vendor's sample pool");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        Instance start(ServiceProcess service) throws IOException {
            Map<String, String> settings = service.settings(4);
            return switch (this) {
                case BINARY -> HttpInstance.start(Packaged.here(), settings);
                case JAR -> HttpInstance.start(Packaged.at(System.getProperty("packaged.jar")), settings);
                case PATIENT_BINARY -> {
                    settings.put("warmvoice.pool.max-idle", "55s");
                    yield HttpInstance.start(Packaged.here(), settings);
                }
                case VENDOR -> new NaiveInstance(service.url(), 4);
            };
        }
    }

    @AfterEach
    void stop() throws IOException {
        turns.shutdownNow();
        for (Instance instance : instances) {
            instance.close();
        }
    }

    @Test
    void firstAudioAfterAPause() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("--handshake-delay=300").rehearsed(SENTENCE);
                ServiceProcess unreliable = ServiceProcess.start("--handshake-delay=300").rehearsed(SENTENCE)) {
            List<PauseScenario> lanes = new ArrayList<>();
            // Starts with the longest pause, which takes as long as all others together, process starts included.
            for (Kind kind : List.of(Kind.BINARY, Kind.JAR, Kind.VENDOR)) {
                lanes.addAll(begun(lanes(service, kind, idle(IDLE_5_MIN, kind, Duration.ofMinutes(5)))));
            }
            List<PauseScenario> shorter = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                PauseScenario.Step idle = idle(IDLE_30_S, kind, Duration.ofSeconds(30));
                PauseScenario.Step freeze = freeze(FREEZE_40_S, kind, Duration.ofSeconds(40));
                // Ends with the freeze beyond the service's idle timeout, because its aftermath would distort another
                // pause.
                shorter.addAll(lanes(service, kind, idle, freeze, idle, freeze,
                        freeze(FREEZE_70_S, kind, Duration.ofSeconds(70))));
            }
            lanes.addAll(begun(shorter));
            CompletableFuture<Void> cuts = CompletableFuture.runAsync(() -> cuts(unreliable));
            lanes.forEach(PauseScenario::join);
            cuts.join();
        }
        report();
    }

    private void report() throws IOException {
        Report report = new Report("04-pause");
        for (String pause : List.of(WARM, IDLE_30_S, IDLE_5_MIN, FREEZE_40_S, FREEZE_70_S, CLOSED, DROPPED)) {
            Map<Kind, LatencyTally> measured = tallies.get(pause);
            LatencyTally vendor = measured.get(Kind.VENDOR);
            measured.forEach((kind, tally) -> {
                report.data(pause + ", " + kind.label + ", ms", tally.times())
                        .data(pause + ", " + kind.label + ", failed", tally.failures());
                if (kind != Kind.VENDOR) {
                    report.row("first audio " + pause + ", handshake 300 ms, " + kind.label + ", ms: median of "
                            + tally.size(), tally.toString(), Kind.VENDOR.label + " " + vendor,
                            pause.equals(WARM) ? "–" : "none failed, never slower",
                            pause.equals(WARM) ? null : (Boolean) tally.isNeverWorseThan(vendor));
                }
            });
        }
        report.write();
    }

    private LatencyTally tally(String pause, Kind kind) {
        return tallies.computeIfAbsent(pause, key -> new EnumMap<>(Kind.class)).computeIfAbsent(kind,
                key -> new LatencyTally());
    }

    private PauseScenario.Step idle(String pause, Kind kind, Duration length) {
        return new PauseScenario.Step(false, length, tally(pause, kind));
    }

    private PauseScenario.Step freeze(String pause, Kind kind, Duration length) {
        return new PauseScenario.Step(true, length, tally(pause, kind));
    }

    private List<PauseScenario> lanes(ServiceProcess service, Kind kind, PauseScenario.Step... steps)
            throws IOException {
        List<PauseScenario> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            Instance instance = kind.start(service);
            instances.add(instance);
            warmUp(instance);
            for (int j = 0; j < WARM_REQUESTS; j++) {
                tally(WARM, kind).speak(instance, SENTENCE);
            }
            lanes.add(new PauseScenario(instance, SENTENCE, List.of(steps), turns));
        }
        return lanes;
    }

    private static List<PauseScenario> begun(List<PauseScenario> lanes) {
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).begin(STAGGER.multipliedBy(i));
        }
        return lanes;
    }

    private static void warmUp(Instance instance) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            Expected.verify(SENTENCE, instance.speak(SENTENCE).audio());
        }
    }

    /** Measures each product with an open connection cut before every request. */
    private void cuts(ServiceProcess service) {
        for (Kind kind : List.of(Kind.BINARY, Kind.JAR, Kind.VENDOR)) {
            try (Instance instance = kind.start(service)) {
                warmUp(instance);
                for (Cut how : Cut.values()) {
                    LatencyTally tally = tally(how == Cut.VANISH ? DROPPED : CLOSED, kind);
                    for (int i = 0; i < CUTS_OF_A_KIND; i++) {
                        // Opens a connection if there is none, outside of the measurement.
                        new LatencyTally().speak(instance, SENTENCE);
                        if (service.cut(how) == 0) {
                            throw new IOException("nothing to cut");
                        }
                        tally.speak(instance, SENTENCE);
                    }
                }
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        }
    }
}
