package dev.warmvoice.bench;

import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Packaged;
import dev.warmvoice.testing.Plot;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The benefit of the native binary: its start and memory, compared with the jar and with the binary of an empty
 * application.
 */
class NativeBench {

    private static final String SENTENCE = "Good morning.";
    private static final String LONG_TEXT = "Good morning. Your train leaves at nine from platform four. "
            .repeat(5).trim();
    private static final int STARTS = 20;
    private static final int STARTS_OF_A_JVM = 5;
    private static final int CLIENTS = 4;
    private static final int STREAMS = 100;
    private static final List<Integer> REQUESTS = List.of(100, 200, 500, 1000, 2000, 5000, 10_000);

    private final Packaged binary;
    private final Packaged jar;
    private final Packaged empty;

    NativeBench() throws IOException {
        binary = Packaged.here();
        jar = Packaged.at(System.getProperty("packaged.jar"));
        empty = Packaged.at(System.getProperty("packaged.empty"));
    }

    @Test
    void start() throws Exception {
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE)) {
            Map<String, String> settings = service.settings(4);
            Sample ready = new Sample();
            Sample live = new Sample();
            Sample firstAudio = new Sample();
            Sample emptyReady = new Sample();
            Sample jarReady = new Sample();
            Sample jarFirstAudio = new Sample();
            for (int i = 0; i < STARTS; i++) {
                emptyReady.addNanos(Start.untilOk(() -> Artifact.launch(empty, Map.of(), Map.of()), "/"));
                ready.addNanos(Start.untilOk(() -> Artifact.launch(binary, settings, Map.of()), "/q/health/ready"));
                live.addNanos(Start.untilOk(() -> Artifact.launch(binary, settings, Map.of()), "/q/health/live"));
                firstAudio.addNanos(Start.untilFirstAudio(() -> Artifact.launch(binary, settings, Map.of()), SENTENCE));
                if (i < STARTS_OF_A_JVM) {
                    jarReady.addNanos(Start.untilOk(() -> Artifact.launch(jar, settings, Map.of()), "/q/health/ready"));
                    jarFirstAudio
                            .addNanos(Start.untilFirstAudio(() -> Artifact.launch(jar, settings, Map.of()), SENTENCE));
                }
            }
            double ratio = ready.median() / emptyReady.median();
            new Report("09-native-start").data("ready, ms", ready).data("live, ms", live)
                    .data("first audio, ms", firstAudio).data("empty application, ms", emptyReady)
                    .data("jar, ready, ms", jarReady).data("jar, first audio, ms", jarFirstAudio)
                    .row("exec to ready, 4 connections open, ms: median of " + STARTS, millis(ready),
                            "empty application " + millis(emptyReady) + "; jar " + millis(jarReady),
                            String.format(Locale.ROOT, "≤ 1.5 × empty: %.2f", ratio), ratio <= 1.5)
                    .row("exec to live, ms: median of " + STARTS, millis(live),
                            "empty application " + millis(emptyReady), "–", null)
                    .row("exec to first audio, ms: median of " + STARTS, millis(firstAudio),
                            "jar " + millis(jarFirstAudio), "–", null)
                    .write();
        }
    }

    @Test
    void memory() throws Exception {
        Map<Integer, Long> ofBinary = residentAfterRequests(binary);
        Map<Integer, Long> ofJar = residentAfterRequests(jar);
        long emptyIdle = residentWhenIdle(empty);
        long streaming = residentWhileStreaming(binary);
        long jarStreaming = residentWhileStreaming(jar);
        double idle = ofBinary.get(0) / 1024.0;
        double growth = (double) ofBinary.get(10_000) / ofBinary.get(1000);
        Plot plot = new Plot("Resident memory over requests", "requests", "RSS, MB");
        ofBinary.forEach((requests, kib) -> plot.point("binary", requests, kib / 1024.0));
        ofJar.forEach((requests, kib) -> plot.point("jar", requests, kib / 1024.0));
        new Report("09-native-memory").data("RSS after requests, binary, KiB", byRequests(ofBinary))
                .data("RSS after requests, jar, KiB", byRequests(ofJar))
                .row("RSS idle, MB", mb(ofBinary.get(0)), "jar " + mb(ofJar.get(0)) + "; empty application "
                        + mb(emptyIdle), "≤ 70", idle <= 70)
                .row("RSS after 10,000 requests, " + CLIENTS + " at a time, MB", mb(ofBinary.get(10_000)),
                        "jar " + mb(ofJar.get(10_000)),
                        String.format(Locale.ROOT, "≤ 1.2 × after 1,000: %.2f", growth), growth <= 1.2)
                .row("RSS at " + STREAMS + " streams in real time, MB", mb(streaming), "jar " + mb(jarStreaming), "–",
                        null)
                .plot("rss", plot).write();
    }

    /** The resident memory in KiB by number of requests. */
    private static Map<Integer, Long> residentAfterRequests(Packaged packaged) throws Exception {
        Map<Integer, Long> resident = new LinkedHashMap<>();
        try (ServiceProcess service = ServiceProcess.start().rehearsed(SENTENCE);
                Artifact artifact = ready(packaged, service.settings(CLIENTS));
                ParallelClients clients = new ParallelClients(artifact.base(), CLIENTS, new JsonObject())) {
            resident.put(0, settled(artifact));
            int done = 0;
            for (int requests : REQUESTS) {
                clients.speak(SENTENCE, (requests - done) / CLIENTS, Expected.of(SENTENCE));
                done = requests;
                resident.put(requests, artifact.residentKib());
            }
        }
        return resident;
    }

    private static long residentWhenIdle(Packaged packaged) throws IOException {
        try (Artifact artifact = Artifact.launch(packaged, Map.of(), Map.of())) {
            Probe.awaitOk(artifact.base(), "/");
            return settled(artifact);
        }
    }

    private static long residentWhileStreaming(Packaged packaged) throws Exception {
        try (ServiceProcess service = ServiceProcess.start("--rtf=1").rehearsed(LONG_TEXT);
                Artifact artifact = ready(packaged, service.settings(STREAMS));
                ParallelClients clients = new ParallelClients(artifact.base(), STREAMS, new JsonObject())) {
            CompletableFuture<Void> speaking = clients.begin(LONG_TEXT, 1, Expected.of(LONG_TEXT));
            await().atMost(Duration.ofSeconds(20)).until(() -> service.tasksRunning() == STREAMS);
            long most = 0;
            while (service.tasksRunning() == STREAMS) {
                most = Math.max(most, artifact.residentKib());
            }
            speaking.join();
            return most;
        }
    }

    private static Artifact ready(Packaged packaged, Map<String, String> settings) {
        Artifact artifact = Artifact.launch(packaged, settings, Map.of());
        artifact.awaitReady();
        return artifact;
    }

    /** Waits until the resident memory is stable, and returns it. */
    private static long settled(Artifact artifact) throws IOException {
        Map<String, Long> seen = new HashMap<>();
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofSeconds(2)).until(() -> {
            long now = artifact.residentKib();
            Long before = seen.put("resident", now);
            return before != null && Math.abs(now - before) <= before / 100;
        });
        return artifact.residentKib();
    }

    private static Map<String, Object> byRequests(Map<Integer, Long> resident) {
        Map<String, Object> named = new LinkedHashMap<>();
        resident.forEach((requests, kib) -> named.put(requests.toString(), kib));
        return named;
    }

    private static String millis(Sample sample) {
        return String.format(Locale.ROOT, "%.1f", sample.median());
    }

    private static String mb(long kib) {
        return String.format(Locale.ROOT, "%.0f", kib / 1024.0);
    }
}
