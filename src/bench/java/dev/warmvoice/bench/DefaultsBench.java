package dev.warmvoice.bench;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Packaged;
import dev.warmvoice.testing.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Default settings: only the service's address is configured. A handshake takes 300 ms, and the account may submit
 * three tasks a second. Before each measured request, the whole rate is available.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DefaultsBench {

    private static final String SENTENCE = "Good morning.";
    private static final String[] TEXTS = {"Good morning. Your train leaves at nine.", "Please hold the line.",
            "You have three new messages."};
    private static final String HANDSHAKE = "--handshake-delay=300";
    private static final String VENDOR = "vendor's sample pool ";
    private static final int POOL = 4;
    private static final int WARM_UP = 10;
    private static final int VENDORS_WARM_UP = 100;
    private static final int LANES = 5;
    private static final int CUTS = 5;
    /** The number of short pauses in each lane. */
    private static final int SHORT_PAUSES = 5;
    private static final Duration FREEZE = Duration.ofSeconds(5);

    /** The min distance between two requests at which the rate never delays one. */
    private static final Duration WITHIN_RATE = Duration.ofMillis(400);
    /** The time after which the whole rate is available. */
    private static final Duration WHOLE_RATE = Duration.ofMillis(1200);

    private static final Report REPORT = new Report("00-defaults");

    @AfterEach
    void report() throws IOException {
        REPORT.write();
    }

    @Test
    @Order(1)
    void severalAtOnce() throws Exception {
        Sample three = new Sample();
        Sample threeWithoutRate = new Sample();
        Sample fourth = new Sample();
        int failures;
        int throttled;
        try (ServiceProcess service = ServiceProcess.startWithDefaults(HANDSHAKE).rehearsed(SENTENCE);
                ServiceProcess unlimited = ServiceProcess.start(HANDSHAKE).rehearsed(SENTENCE);
                Artifact artifact = Artifact.start(service.settings(POOL));
                Artifact withoutRate = Artifact.start(unlimited.settings(POOL));
                Burst ours = new Burst(artifact.base(), 4, SENTENCE);
                Burst beside = new Burst(withoutRate.base(), 4, SENTENCE)) {
            for (int i = -5; i < 20; i++) {
                Pace.sleep(WHOLE_RATE);
                List<Long> threeAtOnce = ours.speak(3);
                List<Long> besideThem = beside.speak(3);
                Pace.sleep(WHOLE_RATE);
                List<Long> fourAtOnce = ours.speak(4);
                beside.speak(4);
                if (i >= 0) {
                    threeAtOnce.forEach(three::addNanos);
                    besideThem.forEach(threeWithoutRate::addNanos);
                    fourAtOnce.stream().skip(3).forEach(fourth::addNanos);
                }
            }
            failures = ours.failures();
            throttled = service.tasksThrottled();
            note("at once", artifact);
        }
        double more = three.median() - threeWithoutRate.median();
        REPORT.data("3 at once, ms", three).data("3 at once, rate off, ms", threeWithoutRate)
                .data("the 4th of 4 at once, ms", fourth)
                .row("default settings: first audio of 3 requests at once, ms: median, max of " + three.size(),
                        figures(three), "rate off " + figures(threeWithoutRate), "+ ≤ 2: " + plus(more), more <= 2)
                .row("the same: of the 4th of 4 at once", figures(fourth), "–", "≤ 1050", fourth.median() <= 1050)
                .row("the same: tasks refused by the service, failed", throttled + ", " + failures, "–", "0, 0",
                        throttled + failures == 0);
    }

    @Test
    @Order(2)
    void allOfTheRate() throws Exception {
        Duration length = Duration.parse(System.getProperty("defaults.load", "PT5M"));
        try (ServiceProcess service = ServiceProcess.startWithDefaults(HANDSHAKE).rehearsed(TEXTS)) {
            Pace.sleep(WHOLE_RATE);
            try (Artifact artifact = Artifact.start(service.settings(POOL))) {
                ClosedLoopLoad crowd = new ClosedLoopLoad(Duration.ofSeconds(3), TEXTS).talk(20, length,
                        () -> new HttpLoadClient(artifact.base()));
                int throttled = service.tasksThrottled();
                note("all of the rate", artifact);
                REPORT.data("all of the rate, failures", crowd.failures().toString()).row(
                        "default settings: 20 clients for " + length.toSeconds()
                                + " s, more than the rate: tasks refused by the service, failed",
                        throttled + ", " + crowd.failures().size(),
                        String.format(Locale.ROOT, "spoken %d, %.2f a second; answered with 429 %d", crowd.heard(),
                                crowd.heard() / (double) length.toSeconds(), crowd.refused()),
                        "0, 0", throttled == 0 && crowd.failures().isEmpty());
            }
        }
    }

    @Test
    @Order(3)
    void pauses() throws Exception {
        Pause idle = new Pause("after 2 s idle");
        Pause thawed = new Pause("after a freeze of 5 s");
        Pause forgotten = new Pause("after 5 min idle");
        Pause alive = new Pause("after a freeze of 40 s, the latest connection alive");
        Pause closed = new Pause("after a freeze of 70 s, in which the service has closed all connections");
        ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
        List<Instance> instances = new ArrayList<>();
        try (ServiceProcess service = ServiceProcess.startWithDefaults(HANDSHAKE).rehearsed(SENTENCE);
                ServiceProcess unlimited = ServiceProcess.start(HANDSHAKE).rehearsed(SENTENCE)) {
            List<PauseScenario> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                Instance vendor = vendor(unlimited, new Pace(Duration.ZERO));
                instances.add(vendor);
                lanes.add(new PauseScenario(vendor, SENTENCE,
                        steps(idle.vendor, thawed.vendor, forgotten.vendor, alive.vendor, closed.vendor), turns));
            }
            Pace pace = new Pace(WHOLE_RATE);
            List<Artifact> artifacts = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                HttpInstance instance = HttpInstance.start(Packaged.here(), service.settings(POOL));
                artifacts.add(instance.artifact());
                instances.add(warm(instance));
                lanes.add(new PauseScenario(new PacedInstance(instance, pace), SENTENCE,
                        steps(idle.ours, thawed.ours, forgotten.ours, alive.ours, closed.ours), turns));
            }
            // Alternates both products, so that other load on the machine affects both.
            for (int i = 0; i < LANES; i++) {
                lanes.get(i).begin(WHOLE_RATE.multipliedBy(2 * i));
                lanes.get(LANES + i).begin(WHOLE_RATE.multipliedBy(2 * i + 1));
            }
            lanes.forEach(PauseScenario::join);
            for (Artifact artifact : artifacts) {
                note("pauses", artifact);
            }
            double handshake = handshake(service).median();
            idle.baselineRow();
            thawed.vendorRow(2);
            forgotten.vendorRow(3);
            alive.vendorRow(3);
            closed.handshakeRow(handshake, 1.05);
        } finally {
            turns.shutdownNow();
            for (Instance instance : instances) {
                instance.close();
            }
        }
    }

    private static List<PauseScenario.Step> steps(LatencyTally idle, LatencyTally thawed, LatencyTally forgotten,
            LatencyTally alive, LatencyTally closed) {
        List<PauseScenario.Step> steps = new ArrayList<>();
        // Short pauses cost little, and medians of five vary by some milliseconds.
        for (int i = 0; i < SHORT_PAUSES; i++) {
            steps.add(new PauseScenario.Step(false, Duration.ofSeconds(2), idle));
            steps.add(new PauseScenario.Step(true, FREEZE, thawed));
        }
        steps.add(new PauseScenario.Step(false, Duration.ofMinutes(5), forgotten));
        steps.add(new PauseScenario.Step(true, Duration.ofSeconds(40), alive));
        steps.add(new PauseScenario.Step(true, Duration.ofSeconds(70), closed));
        return steps;
    }

    @Test
    @Order(4)
    void lostConnections() throws Exception {
        Pause closed = new Pause("after a freeze of 5 s, in which the service has closed all connections");
        Pause dropped = new Pause("right after the network has silently dropped all connections");
        try (ServiceProcess service = ServiceProcess.startWithDefaults(HANDSHAKE).rehearsed(SENTENCE);
                ServiceProcess unlimited = ServiceProcess.start(HANDSHAKE).rehearsed(SENTENCE);
                HttpInstance instance = HttpInstance.start(Packaged.here(), service.settings(POOL));
                PacedInstance vendor = vendor(unlimited, new Pace(WHOLE_RATE))) {
            warm(instance);
            PacedInstance ours = new PacedInstance(instance, new Pace(WHOLE_RATE));
            double handshake = handshake(service).median();
            for (int i = 0; i < CUTS; i++) {
                Cut how = Cut.values()[i % Cut.VANISH.ordinal()];
                loseFrozen(service, how, ours, closed.ours);
                loseFrozen(unlimited, how, vendor, closed.vendor);
            }
            note("closed while frozen", instance.artifact());
            closed.handshakeRow(handshake, 1.05);
            for (int i = 0; i < CUTS; i++) {
                lose(service, Cut.VANISH, ours, dropped.ours);
                lose(unlimited, Cut.VANISH, vendor, dropped.vendor);
            }
            note("closed while frozen, then dropped", instance.artifact());
            dropped.handshakeRow(handshake, 1.3);
        }
    }

    private static void loseFrozen(ServiceProcess service, Cut how, PacedInstance instance, LatencyTally tally)
            throws Exception {
        settle(instance);
        instance.freeze();
        cut(service, how);
        Pace.sleep(FREEZE);
        instance.thaw();
        tally.speak(instance, SENTENCE);
    }

    private static void lose(ServiceProcess service, Cut how, PacedInstance instance, LatencyTally tally)
            throws Exception {
        settle(instance);
        cut(service, how);
        tally.speak(instance, SENTENCE);
    }

    /** Waits until lost connections are replaced and the whole rate is available. */
    private static void settle(PacedInstance instance) {
        new LatencyTally().speak(instance, SENTENCE);
        instance.await();
    }

    private static void cut(ServiceProcess service, Cut how) throws IOException, InterruptedException {
        if (service.cut(how) == 0) {
            throw new IOException("nothing to cut");
        }
    }

    @Test
    @Order(5)
    void bargeIns() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(HANDSHAKE, "--rtf=0.1").rehearsed(BargeIns.LONG,
                BargeIns.SHORT);
                Artifact artifact = Artifact.start(service.settings(POOL));
                BargeIns client = new BargeIns(artifact.base())) {
            try (BargeIns warmUp = new BargeIns(artifact.base())) {
                for (int i = 0; i < WARM_UP; i++) {
                    warmUp.speak();
                    warmUp.bargeIn();
                }
            }
            int before = service.connectionsAccepted();
            double agedBefore = replacedForAge(artifact);
            for (int i = 0; i < 500; i++) {
                client.speak();
                client.bargeIn();
            }
            Pace.sleep(WHOLE_RATE);
            int aged = (int) (replacedForAge(artifact) - agedBefore);
            int opened = service.connectionsAccepted() - before - aged;
            note("barge-ins", artifact);
            double more = client.next().median() - client.undisturbed().median();
            REPORT.data("barge-ins, next first audio, ms", client.next())
                    .data("barge-ins, undisturbed first audio, ms", client.undisturbed())
                    .row("default settings, but rate off: 500 barge-ins on a live socket: connections opened, next"
                            + " texts with a stray byte, failed", opened + ", " + wrong(client),
                            aged + " more opened to replace connections idle for too long", "0, 0, 0",
                            opened == 0 && isRight(client))
                    .row("the same: first audio of the next text, ms: median, max", figures(client.next()),
                            "undisturbed " + figures(client.undisturbed()), "+ ≤ 3: " + plus(more), more <= 3);
            service.ignoreCancel();
            try (BargeIns unheeded = new BargeIns(artifact.base())) {
                before = service.connectionsAccepted();
                for (int i = 0; i < 50; i++) {
                    unheeded.bargeIn();
                }
                note("barge-ins, then those with ignored cancels", artifact);
                REPORT.data("barge-ins with ignored cancels, next first audio, ms", unheeded.next())
                        .row("the same, 50 times, where the service ignores the cancel: next"
                                + " texts with a stray byte, failed", wrong(unheeded),
                                "connections opened " + (service.connectionsAccepted() - before), "0, 0",
                                isRight(unheeded));
            }
        }
    }

    /**
     * The count of connections replaced for their age: by the pool, or after the service closed them. A connection in
     * use when its replacement opens leaves a surplus one, as a race does.
     */
    private static double replacedForAge(Artifact artifact) throws IOException, InterruptedException {
        return discarded(artifact, "aged") + discarded(artifact, "closed") + discarded(artifact, "surplus")
                - artifact.api().sum("warmvoice_pool_races_total");
    }

    private static double discarded(Artifact artifact, String reason) throws IOException, InterruptedException {
        return artifact.api().sum("warmvoice_pool_discarded_total{reason=\"" + reason + "\"");
    }

    private static String wrong(BargeIns client) {
        return client.inexact() + ", " + client.failures();
    }

    private static boolean isRight(BargeIns client) {
        return client.inexact() == 0 && client.failures() == 0;
    }

    @Test
    @Order(6)
    void oneClient() throws Exception {
        LatencyTally ours = new LatencyTally();
        LatencyTally limit = new LatencyTally();
        try (ServiceProcess service = ServiceProcess.startWithDefaults(HANDSHAKE).rehearsed(SENTENCE);
                HttpInstance instance = HttpInstance.start(Packaged.here(), service.settings(POOL));
                LoadClient bare = new BareClient(service.url(), Expected.parameters())) {
            warm(instance);
            Pace pace = new Pace(WITHIN_RATE);
            for (int i = 0; i < 100; i++) {
                for (LatencyTally turn : List.of(limit, ours)) {
                    pace.await();
                    turn.speak(turn == ours ? instance : bare, SENTENCE);
                    pace.ended();
                }
            }
        }
        REPORT.data("one client, ms", ours.times()).data("bare client, ms", limit.times()).row(
                "default settings: first audio, warm, one client, ms: median, max of " + ours.size(),
                figures(ours.times()), "bare client " + figures(limit.times()),
                "none failed: " + plus(ours.times().median() - limit.times().median()), ours.failures() == 0);
    }

    /** The first audio after a pause, for Warmvoice and for the vendor. */
    private static final class Pause {

        private final String what;
        private final LatencyTally ours = new LatencyTally();
        private final LatencyTally vendor = new LatencyTally();

        Pause(String what) {
            this.what = what;
        }

        /** The baseline: an isolated request, which on a busy machine is slower than one in a series. */
        void baselineRow() {
            row("", "none failed", true);
        }

        void vendorRow(int goal) {
            double more = ours.times().median() - vendor.times().median();
            row("", "+ ≤ " + goal + ", none failed: " + plus(more), more <= goal);
        }

        void handshakeRow(double handshake, double goal) {
            double ratio = ours.times().median() / handshake;
            row(String.format(Locale.ROOT, "; a handshake %.1f", handshake),
                    String.format(Locale.ROOT, "≤ %s × the handshake, none failed: %.2f ×", goal, ratio),
                    ratio <= goal);
        }

        private void row(String more, String goal, boolean met) {
            REPORT.data(what + ", ms", ours.times()).data(what + ", vendor, ms", vendor.times())
                    .row("default settings: first audio " + what + ", ms: median, max of " + ours.size(),
                            withFailures(ours), VENDOR + withFailures(vendor) + more, goal,
                            met && ours.failures() == 0);
        }

        private static String withFailures(LatencyTally tally) {
            return tally.times().size() == 0
                    ? "all failed"
                    : figures(tally.times()) + (tally.failures() == 0 ? "" : ", " + tally.failures() + " failed");
        }
    }

    /** Starts the process and warms it up as far as the rate allows. */
    private static Instance warm(Instance instance) throws IOException {
        Pace pace = new Pace(WITHIN_RATE);
        for (int i = 0; i < WARM_UP; i++) {
            pace.await();
            Expected.verify(SENTENCE, instance.speak(SENTENCE).audio());
            pace.ended();
        }
        return instance;
    }

    /** Starts the vendor's pool, which has no rate limiter; without a rate, its warm-up needs no pace. */
    private static PacedInstance vendor(ServiceProcess unlimited, Pace pace) throws IOException {
        NaiveInstance vendor = new NaiveInstance(unlimited.url(), POOL);
        for (int i = 0; i < VENDORS_WARM_UP; i++) {
            Expected.verify(SENTENCE, vendor.speak(SENTENCE).audio());
        }
        return new PacedInstance(vendor, pace);
    }

    /** The duration of a new connection by a bare client. */
    private static Sample handshake(ServiceProcess service) throws IOException {
        Sample times = new Sample();
        for (int i = 0; i < 10; i++) {
            long begin = System.nanoTime();
            new BareClient(service.url(), Expected.parameters()).close();
            times.addNanos(System.nanoTime() - begin);
        }
        return times;
    }

    /** Records the instance's metrics, which explain the figures. */
    private static void note(String when, Artifact artifact) throws IOException, InterruptedException {
        List<String> counted = artifact.api().get("/q/metrics").body().lines()
                .filter(line -> line.matches("warmvoice_(pool_(races|discarded|race)|speech_retries|speech_total"
                        + "|suspensions).*") && !line.endsWith(" 0.0"))
                .toList();
        REPORT.data(when + ", counted by " + artifact.pid(), String.join("; ", counted));
    }

    private static String figures(Sample sample) {
        return String.format(Locale.ROOT, "%.1f, %.1f", sample.median(), sample.max());
    }

    private static String plus(double millis) {
        return String.format(Locale.ROOT, "%+.1f", millis);
    }
}
