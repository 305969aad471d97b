package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.Packaged;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that send requests and read no answers, against a small process: memory stays bounded, others are served. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class UntakenAnswersIT {

    /** The warm-up: class loading and heap growth. */
    private static final Duration SETTLE = Duration.ofSeconds(15);
    private static final Duration LOAD = Duration.ofSeconds(15);
    private static final long GROWTH_KIB = 8 * 1024;
    /** Of a process with this heap that is not warm yet; a leak of answers exceeds it within seconds. */
    private static final long MAX_KIB = 160 * 1024;
    private static final String TOKEN = "a-token-4711";
    private static final JsonObject CALL = new JsonObject().put("input", "Good morning. Your train leaves at nine.");

    /** Requests to each kind of handler: probes, resources, token, router, static files, metrics, filters. */
    private static final byte[] REQUESTS = List
            .of("GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n", "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /v1/audio/voices HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /page/page.js HTTP/1.1\r\nHost: x\r\n\r\n", "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /v1/models HTTP/1.1\r\n\r\n", "GET x HTTP/1.1\r\nHost: x\r\n\r\n",
                    "OPTIONS /v1/audio/speech HTTP/1.1\r\nHost: x\r\n\r\n",
                    "DELETE /v1/models HTTP/1.1\r\nHost: x\r\n\r\n", "GET /q/openapi HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /q/health/ready HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                    "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
                    "POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\r\n")
            .stream().collect(Collectors.joining()).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROBES = "GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000)
            .getBytes(StandardCharsets.US_ASCII);

    /** Speaks at a tenth of real time, so that an hour of load leaves processor time to other processes. */
    private final Emulator emulator = Emulator
            .start(EmulatorOptions.defaults().withTasksPerSecond(0).withRealTimeFactor(0.1));
    private final Map<String, String> settings = LambdaInstance.settings(emulator);

    @AfterEach
    void stop() {
        emulator.close();
    }

    @Test
    void slowReadersAreNotReadFrom() throws Exception {
        assertThat(flood(100, "everything", true, SETTLE, LOAD).after).as("RSS, KiB").isLessThan(MAX_KIB);
    }

    @Nightly
    @ParameterizedTest
    @CsvSource({"1,probes,true", "100,everything,true", "100,everything,false"})
    void slowReadersAreNotReadFromForTwentyMinutes(int clients, String what, boolean tokens) throws Exception {
        Resident resident = flood(clients, what, tokens, Duration.ofMinutes(1), Duration.ofMinutes(20));
        assertThat(resident.after).as("RSS, KiB").isLessThan(resident.before + GROWTH_KIB);
    }

    /** RSS in KiB after the warm-up, and at the end. */
    private record Resident(long before, long after) {
    }

    private Resident flood(int clients, String what, boolean tokens, Duration settle, Duration load) throws Exception {
        settings.put("warmvoice.page.enabled", "true");
        if (tokens) {
            settings.put("warmvoice.auth.tokens", TOKEN);
        }
        try (Artifact artifact = small();
                Flood flood = new Flood(artifact.base().getPort(), clients,
                        what.equals("probes") ? PROBES : REQUESTS)) {
            serve(artifact, settle);
            long before = resident(artifact);
            serve(artifact, load);
            long after = resident(artifact);
            System.out.printf("%d clients, %s: RSS %d MiB, after %s more %d MiB; %d kB sent, %d disconnects%n", clients,
                    what, before / 1024, load, after / 1024, flood.sent() / 1000, flood.hungUp());
            assertThat(artifact.log()).doesNotContain("OutOfMemoryError");
            // Quarkus logs each request without a Host header as an error.
            assertThat(artifact.errors())
                    .allMatch(error -> error.contains("VertxException: For HTTP/1.x requests, the"));
            return new Resident(before, after);
        }
    }

    private static long resident(Artifact artifact) throws IOException, InterruptedException {
        artifact.collectGarbage();
        return artifact.residentKib();
    }

    /** Checks during the whole time that other clients are served. */
    private static void serve(Artifact artifact, Duration time) throws Exception {
        Api api = artifact.api().withToken(TOKEN);
        for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() - end < 0;) {
            assertThat(api.get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(api.get("/v1/models").statusCode()).isEqualTo(200);
            assertThat(api.speak(CALL).statusCode()).isEqualTo(200);
        }
    }

    /** The timeout is a Quarkus setting with a default of 30 minutes. */
    @Test
    void slowReadersAreDisconnectedAfterTheIdleTimeout() throws Exception {
        settings.put("quarkus.http.idle-timeout", "2s");
        try (Artifact artifact = small(); Socket client = new Socket("127.0.0.1", artifact.base().getPort())) {
            int port = client.getLocalPort();
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        client.getOutputStream().write(PROBES);
                    }
                } catch (IOException hungUp) {
                    // The sender waits for this disconnect.
                }
            });
            sender.start();
            sender.join(20_000);
            assertThat(sender.isAlive()).as("still connected").isFalse();
            await().until(() -> artifact.connectionsTo(port) == 0);
        }
    }

    private Artifact small() throws IOException {
        settings.put("quarkus.log.level", "INFO");
        Artifact artifact = Artifact.launch(Packaged.here(), settings, Map.of(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m");
        artifact.awaitReady();
        return artifact;
    }
}
