package dev.warmvoice.bench;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.speech.Pieces;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Plot;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The growth of the cost with concurrent streams, frame size and text length. */
class GrowthBench {

    private static final String GOAL = "linear or better (≤ x^1.05)";
    private static final int ROUNDS = 3;

    private static final int[] STREAMS = {1, 2, 5, 10, 20, 50, 100, 200, 400};
    /** The total number of repetitions of the text, divided among the streams. */
    private static final int STREAM_TIMES = 400;

    private static final String SPOKEN = Texts.ofLength(200);
    private static final int TIMES = 100;

    private static final int[] FRAME_BYTES = {1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10};
    private static final int FRAME_STREAMS = 4;

    private static final int[] CHARACTERS = {10, 100, 1000, 10_000, 100_000, 200_000};

    @Test
    void streams() throws Exception {
        byte[] audio = Pcm.of(SPOKEN);
        int most = STREAMS[STREAMS.length - 1];
        try (ServiceProcess service = ServiceProcess.start();
                Artifact artifact = Artifact.start(service.settings(most))) {
            try (ParallelClients warmUp = new ParallelClients(artifact.base(), most, Pcm.FIELDS)) {
                warmUp.speak(SPOKEN, 2, audio);
            }
            Map<Integer, Sample> costs = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (int streams : STREAMS) {
                    try (ParallelClients chorus = new ParallelClients(artifact.base(), streams, Pcm.FIELDS)) {
                        long begin = artifact.cpuTime().toNanos();
                        chorus.speak(SPOKEN, STREAM_TIMES / streams, audio);
                        costs.computeIfAbsent(streams, key -> new Sample()).addNanos(Math.round(
                                (artifact.cpuTime().toNanos() - begin) / (STREAM_TIMES * Pcm.seconds(audio))));
                    }
                }
            }
            Curve total = new Curve("all streams");
            Curve each = new Curve("each stream");
            costs.forEach((streams, cost) -> {
                total.add(streams, streams * cost.median());
                each.add(streams, cost.median());
            });
            Plot plot = new Plot("CPU for streams at once", "streams", "CPU ms per second of audio");
            total.drawOn(plot);
            each.drawOn(plot);
            new Report("10-growth-1-streams").data("CPU ms per second of audio, each stream", each.values())
                    .row("growth: CPU over streams at once, 1 to " + most, total.toString(),
                            "CPU ms per second of audio: " + each.values(), GOAL, total.isLinearOrBetter())
                    .plot("growth-streams", plot).write();
        }
    }

    @Test
    void frames() throws Exception {
        byte[] audio = Pcm.of(SPOKEN);
        try (ServiceProcess service = ServiceProcess.start();
                Artifact artifact = Artifact.start(service.settings(FRAME_STREAMS));
                ParallelClients chorus = new ParallelClients(artifact.base(), FRAME_STREAMS, Pcm.FIELDS)) {
            chorus.speak(SPOKEN, TIMES / FRAME_STREAMS, audio);
            double megabytes = TIMES * audio.length / 1e6;
            Map<Integer, Sample> cpu = new LinkedHashMap<>();
            Map<Integer, Sample> time = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (int bytes : FRAME_BYTES) {
                    service.setFrameBytes(bytes);
                    long begin = System.nanoTime();
                    long cpuBegin = artifact.cpuTime().toNanos();
                    chorus.speak(SPOKEN, TIMES / FRAME_STREAMS, audio);
                    cpu.computeIfAbsent(bytes, key -> new Sample())
                            .addNanos(artifact.cpuTime().toNanos() - cpuBegin);
                    time.computeIfAbsent(bytes, key -> new Sample()).addNanos(System.nanoTime() - begin);
                }
            }
            Curve perFrame = new Curve("CPU µs per frame");
            Curve perMegabyte = new Curve("CPU ms per MB");
            Curve rate = new Curve("frames per s");
            for (int bytes : FRAME_BYTES) {
                double frames = (double) TIMES * Pcm.frames(SPOKEN, bytes);
                perFrame.add(bytes, 1000 * cpu.get(bytes).median() / frames);
                perMegabyte.add(bytes, cpu.get(bytes).median() / megabytes);
                rate.add(bytes, 1000 * frames / time.get(bytes).median());
            }
            Plot plot = new Plot("Frames of the service's audio", "bytes of a frame", "");
            perFrame.drawOn(plot);
            perMegabyte.drawOn(plot);
            rate.drawOn(plot);
            new Report("10-growth-2-frames").data("CPU µs per frame", perFrame.values())
                    .data("CPU ms per MB", perMegabyte.values()).data("frames per s", rate.values())
                    .row("growth: CPU of a frame over its size, 1 to 32 kB", perFrame.toString(),
                            "CPU µs per frame: " + perFrame.values(), GOAL, perFrame.isLinearOrBetter())
                    .plot("growth-frames", plot).write();
        }
    }

    @Test
    void text() throws Exception {
        Curve cpu = new Curve("CPU ms");
        Curve first = new Curve("first byte, ms");
        Curve last = new Curve("last byte, ms");
        Curve bareLast = new Curve("last byte, bare client, ms");
        Curve bareFirst = new Curve("first byte, bare client, ms");
        try (ServiceProcess service = ServiceProcess.start();
                Artifact artifact = Artifact.start(service.settings(1));
                BareClient bare = new BareClient(service.url(), Expected.parameters());
                HttpLoadClient http = new HttpLoadClient(artifact.base(), new JsonObject())) {
            for (int characters : CHARACTERS) {
                String text = Texts.ofLength(characters);
                List<String> pieces = Pieces.of(text);
                byte[] audio = Emulator.audioOf(Expected.MODEL, Expected.parameters(), pieces.toArray(String[]::new));
                // Short texts are repeated often, because the CPU clock and the warm-up need enough work.
                int times = Math.max(ROUNDS, Math.min(200, 20_000 / characters));
                Turns turns = new Turns(times, bare, http, artifact);
                turns.take(text, pieces, audio);
                cpu.add(characters, turns.cpuMillis());
                first.add(characters, turns.ourFirsts.median());
                last.add(characters, turns.ourLasts.median());
                bareFirst.add(characters, turns.bareFirsts.median());
                bareLast.add(characters, turns.bareLasts.median());
            }
        }
        Plot plot = new Plot("Texts of any length, one client", "characters", "ms");
        List.of(cpu, first, last, bareFirst, bareLast).forEach(curve -> curve.drawOn(plot));
        new Report("10-growth-3-text").data("CPU, ms", cpu.values()).data("first byte, ms", first.values())
                .data("last byte, ms", last.values()).data("first byte, bare client, ms", bareFirst.values())
                .data("last byte, bare client, ms", bareLast.values())
                .row("growth: CPU over characters of a text, 10 to 200,000", cpu.toString(),
                        "CPU ms: " + cpu.values(), GOAL, cpu.isLinearOrBetter())
                .row("the same: first byte", first.toString(), "bare client " + bareFirst, GOAL,
                        first.isLinearOrBetter())
                .row("the same: last byte", last.toString(), "bare client " + bareLast, GOAL, last.isLinearOrBetter())
                .plot("growth-text", plot).write();
    }

    /** A bare client and Warmvoice, measured alternately. */
    private static final class Turns {

        private final int times;
        private final BareClient bare;
        private final HttpLoadClient http;
        private final Artifact artifact;
        private final Sample bareFirsts = new Sample();
        private final Sample bareLasts = new Sample();
        private final Sample ourFirsts = new Sample();
        private final Sample ourLasts = new Sample();
        private long cpuNanos;

        Turns(int times, BareClient bare, HttpLoadClient http, Artifact artifact) {
            this.times = times;
            this.bare = bare;
            this.http = http;
            this.artifact = artifact;
        }

        void take(String text, List<String> pieces, byte[] audio) throws IOException {
            // The first run fills the emulator's sentence cache.
            verify(audio, bare.speak(pieces));
            verify(audio, http.speak(text));
            long begin = artifact.cpuTime().toNanos();
            for (int i = 0; i < times; i++) {
                LoadClient.Heard limit = verify(audio, bare.speak(pieces));
                bareFirsts.addNanos(limit.firstNanos());
                bareLasts.addNanos(limit.lastNanos());
                LoadClient.Heard ours = verify(audio, http.speak(text));
                ourFirsts.addNanos(ours.firstNanos());
                ourLasts.addNanos(ours.lastNanos());
            }
            cpuNanos = artifact.cpuTime().toNanos() - begin;
        }

        double cpuMillis() {
            return cpuNanos / 1e6 / times;
        }

        private static LoadClient.Heard verify(byte[] audio, LoadClient.Heard heard) {
            Expected.verify(audio, heard.audio());
            return heard;
        }
    }
}
