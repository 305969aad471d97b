package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The packaged process with default settings and an account rate of three tasks a second. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class RateIT {

    @Test
    void retriesStayWithinTheAccountRate() throws Exception {
        assumeTrue(Artifact.isNative(), "a cold JVM delays tasks beyond the tolerance of the rate");
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(Map.of(
                        "warmvoice.dashscope.url", emulator.url().toString(),
                        "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                        "warmvoice.pool.acquire-timeout", "8s", "warmvoice.task.first-audio-timeout", "15s"))) {
            // The emulator's voice is slow the first time.
            assertThat(artifact.api().speak(new JsonObject().put("input", "Good evening.")).statusCode())
                    .isEqualTo(200);
            pause(Duration.ofSeconds(1));
            emulator.faults().next(new Fault.EmptyTask());
            List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, 12)
                    .mapToObj(number -> artifact.api().speakLater(new JsonObject().put("input", "Good morning.")
                            .put("instructions", "Number " + number)))
                    .toList();
            // The next failure hits another task.
            await().until(() -> hasBeenRepeated(emulator.journal().tasks()));
            emulator.faults().next(new Fault.EmptyTask());
            assertThat(answers).extracting(answer -> answer.join().statusCode()).containsOnly(200);
            assertThat(emulator.journal().tasks()).hasSize(15).noneMatch(task -> "Throttling.RateQuota"
                    .equals(task.errorCode()));
        }
    }

    private static boolean hasBeenRepeated(List<Journal.Task> tasks) {
        return tasks.stream().map(task -> task.parameters().getString("instruction")).distinct().count() < tasks.size();
    }

    /** Typed text that is cancelled at once is never submitted, and so must not count against the rate. */
    @Test
    void cancelBeforeSubmissionReleasesItsRate() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                        "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY));
                LiveClient client = new LiveClient(artifact.base())) {
            for (int i = 0; i < 8; i++) {
                client.start(new JsonObject()).text("Never mind. ").cancel().next("cancelled");
            }
            HttpResponse<byte[]> other = artifact.api().speak(new JsonObject().put("input", "Good morning."));
            assertThat(other.statusCode()).as(new String(other.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        }
    }
}
