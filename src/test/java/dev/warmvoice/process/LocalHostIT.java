package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The binary on a standalone machine, where Quarkus' Lambda poll loop must not run. */
@EnabledOnOs(OS.LINUX)
class LocalHostIT {

    private static final Duration IDLE = Duration.ofSeconds(8);

    @Test
    void idlesWithoutLambdaAndExitsOnSigterm() throws Exception {
        assumeTrue(Artifact.isNative(), "on a JVM, Quarkus polls for events in dev mode and in tests only");
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator))) {
            JsonObject request = new JsonObject().put("input", "Good morning.");
            assertThat(artifact.api().speak(request).statusCode()).isEqualTo(200);
            Duration used = artifact.cpuTime();
            pause(IDLE);
            // 32 heartbeats take a few milliseconds; the CPU clock has a resolution of 10 ms.
            assertThat(artifact.cpuTime().minus(used)).as("processor time").isLessThan(IDLE.dividedBy(100));
            assertThat(artifact.isRunning()).isTrue();
            assertThat(artifact.api().speak(request).statusCode()).isEqualTo(200);
            assertThat(emulator.journal().handshakesAttempted()).as("handshakes of a pool of four").isEqualTo(4);
            artifact.terminate();
            assertThat(artifact.awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
            await().until(() -> emulator.journal().connectionsOpen() == 0);
            assertThat(artifact.log()).doesNotContain("lambda poll loop", "AWS Lambda", "ERROR");
        }
    }
}
