package dev.warmvoice.http.live;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Pings;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Pings of the packaged process to idle connections, at 20 times the default rate. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class PingIT {

    private static final int SIZE = 4;
    private static final JsonObject CALL = new JsonObject().put("input", "Good morning. Your train leaves at nine.");

    @Test
    void replacesSilentConnectionsBeforeTheNextRequest() throws Exception {
        try (Emulator emulator = Emulator.start(); Artifact artifact = start(emulator)) {
            await().until(() -> emulator.journal().pings() >= SIZE);
            emulator.cutIdle(Cut.VANISH);
            await().until(() -> emulator.journal().handshakesAttempted() == 2 * SIZE);
            HttpResponse<byte[]> answer = artifact.api().speak(CALL);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Connection")).hasValue("warm");
            assertThat(emulator.journal().tasks()).as("tasks, none of them on a dead connection").hasSize(1);
        }
    }

    @Test
    void keepsConnectionsToAServiceThatAnswersNoPings() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withPings(Pings.UNANSWERED));
                Artifact artifact = start(emulator)) {
            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(10))
                    .until(() -> emulator.journal().handshakesAttempted() == SIZE);
            assertThat(artifact.api().speak(CALL).headers().firstValue("X-Connection")).hasValue("warm");
        }
    }

    private static Artifact start(Emulator emulator) {
        Map<String, String> settings = Artifact.settings(emulator);
        settings.put("warmvoice.pool.ping-interval", "500ms");
        return Artifact.start(settings);
    }
}
