package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.FunctionUrlAnswer;
import dev.warmvoice.lambda.FunctionUrlEvent;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.lambda.LambdaInvocation;
import dev.warmvoice.lambda.LambdaRuntimeApi;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The time from process start to the first byte of audio on every host, for a request that is already waiting. Writes
 * {@code target/figures-cold-start.md}.
 */
@EnabledOnOs(OS.LINUX)
@OnBinary
class ColdStartIT {

    private static final JsonObject REQUEST = new JsonObject().put("input", "Good morning.");

    private final StringBuilder table = new StringBuilder();

    @Test
    void servesARequestThatWaitsForTheStart() throws Exception {
        measureAll(3);
    }

    @Test
    @Nightly
    void servesARequestThatWaitsForTheStartTwentyTimes() throws Exception {
        measureAll(20);
    }

    private void measureAll(int starts) throws Exception {
        table.append("| from exec to the first audio, ms (n=").append(starts)
                .append(") | handshake, ms | median | p99 |\n| --- | --- | --- | --- |\n");
        for (int handshake : new int[]{0, 300}) {
            EmulatorOptions options = EmulatorOptions.defaults().withTasksPerSecond(0)
                    .withHandshakeDelay(Duration.ofMillis(handshake));
            try (Emulator emulator = Emulator.start(options)) {
                overHttp(emulator, Map.of(), 4);
                measure(starts, "a standalone machine", handshake, () -> overHttp(emulator, Map.of(), 4));
                measure(starts, "Function Compute", handshake, () -> overHttp(emulator,
                        Map.of("FC_FUNCTION_NAME", "f", "FC_SERVER_PORT", "%d"), 4));
                measure(starts, "Lambda, Web Adapter", handshake, () -> behindTheAdapter(emulator));
                if (Artifact.isNative()) {
                    measure(starts, "Lambda, until the answer is posted", handshake, () -> onLambda(emulator));
                }
            }
        }
        Files.writeString(Path.of("target", "figures-cold-start.md"), table);
    }

    /** One start; returns its duration in nanoseconds. */
    private interface Start {

        long run() throws Exception;
    }

    private void measure(int starts, String host, int handshake, Start start) throws Exception {
        Sample times = new Sample();
        for (int i = 0; i < starts; i++) {
            times.addNanos(start.run());
        }
        table.append(String.format(Locale.ROOT, "| %s | %d | %.0f | %.0f |%n", host, handshake, times.median(),
                times.p99()));
        assertThat(times.median()).as(host).isGreaterThan(handshake).isLessThan(15_000);
    }

    private static long overHttp(Emulator emulator, Map<String, String> environment, int poolSize) throws Exception {
        int port = Artifact.freePort();
        Map<String, String> settings = LambdaInstance.settings(emulator);
        settings.put("quarkus.log.level", "INFO");
        if (environment.isEmpty()) {
            settings.put("quarkus.http.port", Integer.toString(port));
        }
        Map<String, String> filled = new HashMap<>(environment);
        filled.replaceAll((key, value) -> value.replace("%d", Integer.toString(port)));
        int handshakes = emulator.journal().handshakesAttempted();
        long begin = System.nanoTime();
        try (Artifact artifact = Artifact.launchOn(port, settings, filled)) {
            Api api = artifact.api();
            HttpResponse<InputStream> response = await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> api.open(REQUEST), answer -> answer.statusCode() != 404);
            try (InputStream audio = response.body()) {
                int first = audio.read();
                long took = System.nanoTime() - begin;
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(first).isNotNegative();
                audio.readAllBytes();
                await().until(() -> emulator.journal().handshakesAttempted() == handshakes + poolSize);
                return took;
            }
        }
    }

    private static long behindTheAdapter(Emulator emulator) throws Exception {
        try (LambdaRuntimeApi platform = LambdaInstance.runtimeApi()) {
            Map<String, String> environment = LambdaInstance.environment(platform);
            environment.putAll(Map.of("AWS_LWA_PORT", "%d", "AWS_LWA_INVOKE_MODE", "response_stream"));
            long took = overHttp(emulator, environment, 1);
            assertThat(platform.connections()).isZero();
            return took;
        }
    }

    private static long onLambda(Emulator emulator) throws Exception {
        LambdaRuntimeApi platform = LambdaInstance.runtimeApi();
        CompletableFuture<LambdaInvocation.Outcome> waiting = platform
                .invoke(FunctionUrlEvent.speech(REQUEST).toJson());
        long begin = System.nanoTime();
        Map<String, String> settings = LambdaInstance.settings(emulator);
        settings.put("quarkus.log.level", "INFO");
        try (LambdaInstance function = LambdaInstance.launch(platform, settings)) {
            FunctionUrlAnswer answer = LambdaInstance.answer(waiting);
            long took = System.nanoTime() - begin;
            assertThat(answer.status()).isEqualTo(200);
            assertThat(List.of(function.api().errors(), function.api().refused())).allMatch(List::isEmpty);
            return took;
        }
    }
}
