package dev.warmvoice.lambda;

import static dev.warmvoice.testing.Texts.STORY;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The packaged process behind the Lambda Web Adapter, which polls Lambda for events and forwards each one as an HTTP
 * request.
 */
@EnabledOnOs(OS.LINUX)
class WebAdapterIT {

    private final int port = Artifact.freePort();

    @Test
    void streamsOnThePortOfTheAdapter() throws Exception {
        streams(Map.of("AWS_LWA_PORT", Integer.toString(port), "AWS_LWA_INVOKE_MODE", "response_stream"));
    }

    @Test
    void streamsWhenTheAdapterWrapsTheProcess() throws Exception {
        streams(Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap", "AWS_LWA_PORT", Integer.toString(port)));
    }

    /** The adapter sets no variable itself: with the default port 8080, only the wrapper reveals it. */
    @Test
    void detectsTheAdapterByItsWrapperAlone() throws Exception {
        streams(Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap", "QUARKUS_HTTP_PORT", Integer.toString(port)));
    }

    private void streams(Map<String, String> adapter) throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                LambdaRuntimeApi platform = LambdaInstance.runtimeApi()) {
            Map<String, String> environment = LambdaInstance.environment(platform);
            environment.putAll(adapter);
            try (Artifact artifact = Artifact.launchOn(port, LambdaInstance.settings(emulator), environment)) {
                artifact.awaitReady();
                assertThat(artifact.listeningPorts()).contains(port);
                assertThat(artifact.api().metric("warmvoice_pool_size")).isEqualTo(1);
                emulator.faults().next(new Fault.Pacing(0.1));
                HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", STORY));
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Transfer-Encoding")).contains("chunked");
                try (InputStream audio = response.body()) {
                    int first = audio.read();
                    assertThat(emulator.journal().tasksRunning()).as("synthesis still runs").isEqualTo(1);
                    byte[] rest = audio.readAllBytes();
                    byte[] expected = Emulator.audioOf(emulator.journal().lastTask());
                    assertThat(first).isEqualTo(expected[0] & 0xff);
                    assertThat(rest).isEqualTo(Arrays.copyOfRange(expected, 1, expected.length));
                }
                artifact.terminate();
                assertThat(artifact.awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
                await().until(() -> emulator.journal().connectionsOpen() == 0);
                assertThat(platform.connections()).as("connections to the Runtime API").isZero();
            }
        }
    }
}
