package dev.warmvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Journal;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The figures of the README, of whatever was packaged: {@code target/figures.md}. The bounds are wide, for they have to
 * hold on any machine; they are there to notice a blunder.
 */
@EnabledOnOs(OS.LINUX)
class FiguresIT {

    private static final String SENTENCE = "Good morning. Your train leaves at nine.";
    private static final int STARTS = 10;
    private static final int REQUESTS = 1000;

    @Test
    void startMemoryAndFirstByte() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0))) {
            Map<String, String> settings = Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                    "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY, "warmvoice.rate.per-second", "0");
            Sample starts = new Sample();
            for (int i = 0; i < STARTS; i++) {
                long begin = System.nanoTime();
                try (Artifact artifact = Artifact.launch(settings, Map.of())) {
                    artifact.awaitReady();
                    starts.addNanos(System.nanoTime() - begin);
                }
            }
            try (Artifact artifact = Artifact.start(settings)) {
                long idle = artifact.residentKib();
                Sample warmUp = firstBytes(artifact, emulator, 300);
                Sample added = firstBytes(artifact, emulator, REQUESTS);
                Sample live = firstFrames(artifact, emulator, 300);
                Files.writeString(Path.of("target", "figures.md"), String.format(Locale.ROOT, """
                        | figure | median | p99 |
                        | --- | --- | --- |
                        | process start to ready, ms (n=%d) | %.0f | %.0f |
                        | first byte at the caller, later than the service's first frame, ms (n=%d) | %.2f | %.2f |
                        | the same for the first 300 requests of the process | %.2f | %.2f |
                        | the same on a live socket, from the first text (n=%d) | %.2f | %.2f |

                        RSS when ready: %d MB; after %d requests: %d MB
                        """, STARTS, starts.median(), starts.p99(), REQUESTS, added.median(),
                        added.p99(), warmUp.median(), warmUp.p99(), live.size(), live.median(), live.p99(),
                        idle / 1024, REQUESTS + 600, artifact.residentKib() / 1024));
                assertThat(added.median()).isLessThan(20);
                assertThat(live.median()).isLessThan(20);
                assertThat(artifact.residentKib()).isLessThan(700 * 1024);
            }
        }
    }

    /**
     * By how much the first byte comes later at the caller than a bare client would have it: the whole time less the
     * service's own, from run-task to its first frame.
     */
    private static Sample firstBytes(Artifact artifact, Emulator emulator, int count) throws Exception {
        Api api = artifact.api();
        Sample times = new Sample();
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            HttpResponse<InputStream> response = api.open(new JsonObject().put("input", SENTENCE));
            try (InputStream audio = response.body()) {
                assertThat(audio.read()).isNotNegative();
                long whole = System.nanoTime() - begin;
                audio.readAllBytes();
                String id = response.headers().firstValue("X-Request-Id").orElseThrow();
                Journal.Task task = emulator.journal().lastTask();
                assertThat(task.taskId()).isEqualTo(id);
                times.addNanos(whole - (task.firstAudioNanos() - task.runTaskNanos()));
            }
        }
        await().until(() -> emulator.journal().tasksRunning() == 0);
        return times;
    }

    private static Sample firstFrames(Artifact artifact, Emulator emulator, int count) {
        Sample times = new Sample();
        try (LiveClient client = new LiveClient(artifact.base())) {
            for (int i = 0; i < count; i++) {
                client.start(new JsonObject()).next("started");
                long begin = System.nanoTime();
                client.text(SENTENCE).finish().next("finished");
                Journal.Task task = emulator.journal().lastTask();
                times.addNanos(client.firstFrameNanos() - begin - (task.firstAudioNanos() - task.runTaskNanos()));
            }
        }
        return times;
    }
}
