package dev.warmvoice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.PoolHealth;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The packaged process under fuzzing and its emulator. At the end the pool has recovered, the process serves, and its
 * log has no unexpected errors.
 */
final class FuzzTarget {

    static final int POOL_SIZE = 4;
    private static final String TEXT = "Good morning.";

    private final String name;
    private final Emulator emulator;
    private final Artifact artifact;
    private final FuzzCounts counts = new FuzzCounts();

    private FuzzTarget(String name, Emulator emulator, Artifact artifact) {
        this.name = name;
        this.emulator = emulator;
        this.artifact = artifact;
    }

    /** Starts the process as on a standalone machine. */
    static FuzzTarget start(String name) {
        Emulator emulator = emulator();
        return ready(name, emulator, Artifact.launch(settings(emulator), Map.of()));
    }

    /** Starts the process with the environment of Function Compute. */
    static FuzzTarget startOnFunctionCompute(String name) {
        Emulator emulator = emulator();
        int port = Artifact.freePort();
        return ready(name, emulator, Artifact.launchOn(port, settings(emulator),
                Map.of("FC_FUNCTION_NAME", "tts", "FC_SERVER_PORT", Integer.toString(port))));
    }

    private static FuzzTarget ready(String name, Emulator emulator, Artifact artifact) {
        artifact.awaitReady();
        return new FuzzTarget(name, emulator, artifact);
    }

    static Emulator emulator() {
        return Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
    }

    /** The settings: the emulator's address, and timeouts short enough for a test. */
    static Map<String, String> settings(Emulator emulator) {
        return new HashMap<>(Map.of(
                "warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.rate.per-second", "0",
                "warmvoice.pool.size", Integer.toString(POOL_SIZE),
                "warmvoice.task.start-timeout", "800ms",
                "warmvoice.task.first-audio-timeout", "2500ms",
                "warmvoice.task.stall-timeout", "1500ms",
                "warmvoice.task.text-timeout", "1500ms",
                "warmvoice.function-compute.hook-timeout", "1s"));
    }

    Artifact artifact() {
        return artifact;
    }

    Api api() {
        return artifact.api();
    }

    Emulator service() {
        return emulator;
    }

    /** Counts the outcome of one try. */
    void count(String property, Object outcome) {
        counts.add(property, outcome.toString());
    }

    /** Asserts that an answer reveals no implementation details. */
    static void assertNoTrace(String answer) {
        assertThat(answer).doesNotContain("Exception", "\tat ", "dev.warmvoice", "unexpected error");
    }

    /** Asserts the form of an error. */
    static void assertError(JsonObject error) {
        assertThat(error.getString("message")).isNotBlank();
        assertThat(error.getString("type")).isIn("invalid_request_error", "rate_limit_error", "server_error");
        assertThat(error.getString("code")).matches("[\\w.-]+");
        assertThat(error.containsKey("param")).isTrue();
    }

    /** Ends the process after a check of its state. */
    void end() throws Exception {
        try {
            counts.write(name);
            emulator.faults().clear();
            assertWhole();
        } finally {
            artifact.close();
            emulator.close();
        }
    }

    private void assertWhole() throws IOException, InterruptedException {
        assertThat(api().speak(new JsonObject().put("input", TEXT)).body())
                .isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(PoolHealth.of(api())).isEqualTo(PoolHealth.atRest(POOL_SIZE)));
        assertThat(artifact.connectionsTo(emulator.port())).isEqualTo(POOL_SIZE);
        assertThat(artifact.errors()).isEmpty();
    }
}
