package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Cancel;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The packaged process far from the service: a handshake takes 4.5 s of the 5 s timeout. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class SlowHandshakeIT {

    private static final Duration HANDSHAKE = Duration.ofMillis(4500);
    private static final JsonObject REQUEST = new JsonObject().put("input", "Good morning. Your train leaves at nine.");

    @Test
    void servesTheFirstRequestAfterAColdStart() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withHandshakeDelay(HANDSHAKE));
                Artifact artifact = Artifact.launch(Artifact.settings(emulator), Map.of())) {
            HttpResponse<byte[]> response = await().ignoreExceptions().timeout(Duration.ofSeconds(30))
                    .until(() -> artifact.api().speak(REQUEST), answer -> answer.statusCode() != 404);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Connection")).hasValue("fresh");
        }
    }

    @Test
    void servesTheFirstRequestAfterAFreezePastMaxIdle() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.put("warmvoice.pool.max-idle", "3s");
            try (Artifact artifact = Artifact.start(settings)) {
                emulator.faults().always(new Fault.HandshakeDelay(HANDSHAKE));
                artifact.freeze();
                long frozen = System.nanoTime();
                await().until(() -> System.nanoTime() - frozen > Duration.ofSeconds(4).toNanos());
                artifact.thaw();
                assertThat(artifact.api().speak(REQUEST).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void idlesWhileItReplacesConnectionsOfDisconnectedClients() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0))) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.put("warmvoice.pool.size", "5");
            settings.put("warmvoice.rate.per-second", "0");
            try (Artifact artifact = Artifact.start(settings)) {
                emulator.faults().always(new Fault.HandshakeDelay(HANDSHAKE));
                // A service that stops tasks would let the pool keep the connections.
                emulator.faults().always(new Fault.CancelAnswer(Cancel.NEVER));
                List<InputStream> bodies = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    emulator.faults().next(new Fault.Pacing(1));
                    bodies.add(artifact.api().open(new JsonObject(REQUEST.getMap()).put("response_format", "pcm"))
                            .body());
                }
                int handshakes = emulator.journal().handshakesAttempted();
                for (InputStream body : bodies) {
                    body.close();
                }
                await().until(() -> emulator.journal().tasksRunning() == 0);
                await().until(() -> emulator.journal().handshakesAttempted() > handshakes);
                Duration before = artifact.cpuTime();
                await().timeout(Duration.ofSeconds(20)).until(() -> emulator.journal().connectionsOpen() >= 4);
                assertThat(artifact.cpuTime().minus(before)).as("processor time during a handshake of 4.5 s")
                        .isLessThan(Duration.ofMillis(500));
                assertThat(emulator.journal().handshakesAttempted() - handshakes).isLessThanOrEqualTo(5);
            }
        }
    }

    @Test
    void exitsAtOnceDuringWarmUp() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            emulator.faults().always(new Fault.HandshakeHang());
            try (Artifact artifact = Artifact.launch(Artifact.settings(emulator), Map.of())) {
                await().ignoreExceptions().until(() -> artifact.api().get("/q/health/live").statusCode() == 200);
                await().until(() -> emulator.journal().handshakesAttempted() == 4);
                long begin = System.nanoTime();
                artifact.terminate();
                artifact.awaitEnd(Duration.ofSeconds(10));
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            }
        }
    }
}
