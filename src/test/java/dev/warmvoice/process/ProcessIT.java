package dev.warmvoice.process;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.ConnectProxy;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.TestCa;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lifecycle of the packaged process: start, shutdown, connections, log. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class ProcessIT {

    @Test
    void speaksOverTlsThroughAProxy(@TempDir Path folder) throws Exception {
        TestCa ca = new TestCa(folder);
        EmulatorOptions options = EmulatorOptions.defaults().withTasksPerSecond(0).withCertificate(ca.server());
        try (Emulator emulator = Emulator.start(options); ConnectProxy proxy = new ConnectProxy()) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.putAll(ca.trust());
            settings.put("warmvoice.dashscope.workspace", "ws-1");
            try (Artifact artifact = Artifact.launch(settings, Map.of("DASHSCOPE_PROXY_HOST", "127.0.0.1",
                    "DASHSCOPE_PROXY_PORT", Integer.toString(proxy.port())))) {
                artifact.awaitReady();
                HttpResponse<byte[]> response = artifact.api().speak(new JsonObject().put("input", SENTENCE));
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
                assertThat(emulator.url().getScheme()).isEqualTo("wss");
                assertThat(proxy.targets()).hasSize(4).containsOnly("127.0.0.1:" + emulator.port());
                assertThat(emulator.journal().handshakes().get(0).headers())
                        .containsEntry("X-DashScope-WorkSpace", "ws-1")
                        .hasEntrySatisfying("user-agent", agent -> assertThat(agent).startsWith("dashscope/"));
            }
        }
    }

    @Test
    void doesNotTrustACertificateOfAnUnknownAuthority(@TempDir Path folder) throws Exception {
        EmulatorOptions options = EmulatorOptions.defaults().withCertificate(new TestCa(folder).server());
        try (Emulator emulator = Emulator.start(options);
                Artifact artifact = Artifact.launch(LambdaInstance.settings(emulator), Map.of())) {
            HttpResponse<byte[]> response = speakOnceItListens(artifact);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(Api.error(response).getString("code")).isEqualTo("upstream_unavailable");
            assertThat(emulator.journal().handshakesAttempted()).isZero();
        }
    }

    @Test
    void startsWithoutTheServiceAndBecomesReadyOnceItIsUp() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Map<String, String> settings = new HashMap<>(Map.of("warmvoice.dashscope.api-key", "emulator-key",
                "warmvoice.dashscope.url", "ws://127.0.0.1:" + port + "/api-ws/v1/inference/"));
        try (Artifact artifact = Artifact.launch(settings, Map.of())) {
            HttpResponse<byte[]> response = speakOnceItListens(artifact);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            HttpResponse<String> health = artifact.api().get("/q/health/ready");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("Cannot connect to the service");
            try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withPort(port))) {
                artifact.awaitReady();
                assertThat(artifact.api().speak(new JsonObject().put("input", SENTENCE)).statusCode()).isEqualTo(200);
                assertThat(emulator.journal().tasksFinished()).isEqualTo(1);
            }
        }
    }

    @Test
    void finishesRunningRequestsBeforeItExits() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator))) {
            emulator.faults().next(new Fault.Pacing(0.5));
            HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", SENTENCE.repeat(2))
                    .put("response_format", "pcm"));
            CompletableFuture<byte[]> audio = CompletableFuture.supplyAsync(() -> readAll(response.body()));
            artifact.terminate();
            await().untilAsserted(() -> assertThat(refusal(artifact)).isIn("shutting_down", "ConnectException"));
            assertThat(audio).as("the running request").isNotDone();
            assertThat(audio.join()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
            assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isIn(0, 143);
            await().until(() -> emulator.journal().connectionsOpen() == 0);
            assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Journal.Outcome.FINISHED);
        }
    }

    @Test
    void finishesLiveUtterancesBeforeItExits() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator));
                LiveClient client = new LiveClient(artifact.base());
                LiveClient silent = new LiveClient(artifact.base())) {
            emulator.faults().next(new Fault.Pacing(0.5));
            client.start(new JsonObject().put("response_format", "pcm")).text(SENTENCE.repeat(2)).finish()
                    .next("started");
            await().until(() -> emulator.journal().tasksRunning() == 1);
            artifact.terminate();
            await().untilAsserted(() -> assertThat(refusal(artifact)).isEqualTo("shutting_down"));
            assertThat(silent.start(new JsonObject()).next("error").getJsonObject("error").getString("code"))
                    .isEqualTo("shutting_down");
            List<Object> heard = client.until("finished");
            String id = ((JsonObject) heard.get(heard.size() - 1)).getString("request_id");
            assertThat(LiveClient.audio(heard)).isEqualTo(Emulator.audioOf(emulator.journal().task(id)));
            assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isIn(0, 143);
        }
    }

    /** The second request waits for the connection of the first, the third for text; all are admitted. */
    @Test
    void servesAdmittedRequestsAfterSigterm() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0))) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("warmvoice.pool.size", "1");
            settings.put("warmvoice.pool.acquire-timeout", "8s");
            try (Artifact artifact = Artifact.start(settings); LiveClient client = new LiveClient(artifact.base())) {
                emulator.faults().next(new Fault.Pacing(0.5));
                emulator.faults().next(new Fault.NoTaskStarted());
                JsonObject call = new JsonObject().put("input", SENTENCE).put("response_format", "pcm");
                List<CompletableFuture<HttpResponse<byte[]>>> answers = List.of(artifact.api().speakLater(call),
                        artifact.api().speakLater(call));
                client.start(new JsonObject()).next("started");
                await().until(() -> emulator.journal().tasksRunning() == 1);
                artifact.terminate();
                await().untilAsserted(() -> assertThat(refusal(artifact)).isEqualTo("shutting_down"));
                client.text(SENTENCE).finish();
                for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                    assertThat(answer.join().statusCode()).isEqualTo(200);
                }
                client.next("finished");
                assertThat(client.closeCode()).as("going away").isEqualTo(1001);
                assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isIn(0, 143);
                assertThat(artifact.errors()).isEmpty();
            }
        }
    }

    /** Each body is shorter than its Content-Length, and larger than a packet. */
    @Test
    void incompleteBodiesHoldNoThread() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0))) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("quarkus.thread-pool.max-threads", "8");
            List<Socket> unfinished = new ArrayList<>();
            try (Artifact artifact = Artifact.start(settings)) {
                for (int i = 0; i < 20; i++) {
                    Socket socket = new Socket("127.0.0.1", artifact.base().getPort());
                    unfinished.add(socket);
                    socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                            + " ".repeat(20_000)).getBytes(StandardCharsets.US_ASCII));
                }
                for (int i = 0; i < 8; i++) {
                    assertThat(artifact.api().speak(new JsonObject().put("input", SENTENCE)).statusCode())
                            .isEqualTo(200);
                }
                for (Socket socket : unfinished) {
                    socket.close();
                }
                artifact.terminate();
                assertThat(artifact.awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
                assertThat(artifact.errors()).isEmpty();
            } finally {
                for (Socket socket : unfinished) {
                    socket.close();
                }
            }
        }
    }

    /** The request has an Upgrade header, as from a proxy that adds it on every route. */
    @Test
    void finishesARequestWithAnIgnoredUpgrade() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator));
                Socket socket = new Socket("127.0.0.1", artifact.base().getPort())) {
            emulator.faults().next(new Fault.Pacing(0.5));
            String body = new JsonObject().put("input", SENTENCE).put("response_format", "pcm").encode();
            socket.getOutputStream().write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            artifact.terminate();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    @Nightly
    void slowBodyTimesOut() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator));
                Socket socket = new Socket("127.0.0.1", artifact.base().getPort())) {
            socket.setSoTimeout(40_000);
            socket.getOutputStream().write("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 408")
                    .contains("\"The request body must arrive within 30 s.\"");
            assertThat(artifact.errors()).isEmpty();
        }
    }

    /** Shutdown does not wait for requests and sockets that have already ended, for any reason. */
    @Test
    void exitsAtOnceAfterTruncatedRequests() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator))) {
            int port = artifact.base().getPort();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n4C4B40\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(new byte[5_000_000]);
            } catch (SocketException refused) {
                // The server may close the connection before the whole request is sent.
            }
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(ascii(LiveClient.handshake("/v1/audio/speech/live/", "")));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream()
                        .write("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(artifact.api().get("/v1/models").statusCode()).isEqualTo(200);
            artifact.terminate();
            assertThat(artifact.awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
        }
    }

    /** The client sends the handshake and the first live messages in one packet. */
    @Test
    void earlyLiveMessagesLeaveNoResources() throws Exception {
        byte[] mask = new byte[4];
        List<byte[]> early = List.of(concat(new byte[]{(byte) 0x88, (byte) 0x82}, mask, new byte[]{0x03, (byte) 0xe8}),
                concat(new byte[]{(byte) 0xc8, (byte) 0x90}, mask, ascii("{\"type\":\"start\"}")),
                concat(new byte[]{(byte) 0xd8, (byte) 0x90}, mask),
                ascii("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"));
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator))) {
            for (byte[] frame : early) {
                for (int i = 0; i < 10; i++) {
                    try (Socket socket = new Socket("127.0.0.1", artifact.base().getPort())) {
                        socket.setSoTimeout(5000);
                        socket.getOutputStream()
                                .write(concat(ascii(LiveClient.handshake("/v1/audio/speech/live", "")), frame));
                        socket.shutdownOutput();
                        assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 ")
                                .doesNotContain("\"list\"");
                    }
                }
            }
            try (LiveClient client = new LiveClient(artifact.base())) {
                client.start(new JsonObject()).text(SENTENCE).finish().next("finished");
            }
            assertThat(artifact.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2", "Transfer-Encoding: chunked"})
    void rejectsAHandshakeWithABody(String header) throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator));
                Socket socket = new Socket("127.0.0.1", artifact.base().getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(ascii(LiveClient.handshake("/v1/audio/speech/live", header + "\r\n")));
            assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 400");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void servesThePageWhenEnabled() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("warmvoice.page.enabled", "true");
            try (Artifact artifact = Artifact.start(settings)) {
                HttpResponse<String> page = artifact.api().get("/");
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body()).contains("<!DOCTYPE html>");
                assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("'none'");
                for (String file : new String[]{"page.js", "page.css", "player.js", "sse.js", "icon.svg"}) {
                    assertThat(artifact.api().get("/page/" + file).statusCode()).as(file).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void exitsAtOnceWhenIdle() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.start(LambdaInstance.settings(emulator))) {
            artifact.terminate();
            assertThat(artifact.awaitEnd(Duration.ofSeconds(5))).isIn(0, 143);
            await().until(() -> emulator.journal().connectionsOpen() == 0);
        }
    }

    /** The error is the only output. {@link SettingsTest} covers each setting. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "warmvoice.pool.unauthorized-retry;0s;warmvoice.pool.unauthorized-retry is PT0S and must be at least 1s.",
            "warmvoice.pool.max-idle;PT10000000H;warmvoice.pool.max-idle is PT10000000H and must be at most 60s.",
            "warmvoice.pool.max-idle;soon;"
                    + "warmvoice.pool.max-idle is \"soon\" and must be a duration such as 500ms, 10s or 5m.",
            "warmvoice.pool.size;many;warmvoice.pool.size is \"many\" and must be a 32-bit integer.",
            "warmvoice.pool.prefetch;5;"
                    + "warmvoice.pool.prefetch is 5 and must be at most warmvoice.pool.size, which is 4.",
            "warmvoice.task.connect-timeout;0s;warmvoice.task.connect-timeout is PT0S and must be at least 100ms.",
            "warmvoice.shutdown.timeout;PT1H;warmvoice.shutdown.timeout is PT1H and must be at most 15m.",
            "warmvoice.metrics.enabled;ture;warmvoice.metrics.enabled is \"ture\" and must be one of true, false.",
            "warmvoice.colour;blue;warmvoice.colour is not a setting.",
            "warmvoice.dashscope.url;http://u:secret@127.0.0.1/;warmvoice.dashscope.url has the scheme \"http\""
                    + " and must begin with ws:// or wss:// and a host.",
            "warmvoice.dashscope.url;ws:127.0.0.1;warmvoice.dashscope.url has the scheme \"ws\""
                    + " and must begin with ws:// or wss:// and a host.",
            "warmvoice.dashscope.region;cn-beijing;warmvoice.dashscope.url (or DASHSCOPE_WEBSOCKET_BASE_URL) and"
                    + " warmvoice.dashscope.region are both set, and only one of them may be.",
            "warmvoice.dashscope.api-key-file;/no/such/file;warmvoice.dashscope.api-key-file names no file.",
            "warmvoice.dashscope.api-key-command;false;"
                    + "warmvoice.dashscope.api-key-command ended with exit code 1."})
    void doesNotStartOnABadSetting(String key, String value, String sentence) throws Exception {
        assertThat(saidInsteadOfStarting(Map.of(key, value), Map.of())).isEqualTo(sentence + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "COSYVOICE_OBJECTPOOL_SIZE;0;warmvoice.pool.size (COSYVOICE_OBJECTPOOL_SIZE) is 0 and must be at least 1.",
            "WARMVOICE_POOL_SIZE;2001;warmvoice.pool.size is 2001 and must be at most 2000.",
            "DASHSCOPE_CONNECTION_TIMEOUT;-1;"
                    + "DASHSCOPE_CONNECTION_TIMEOUT is \"-1\" and must be a whole number from 1 to 3600."})
    void doesNotStartOnABadVariable(String name, String value, String sentence) throws Exception {
        assertThat(saidInsteadOfStarting(Map.of(), Map.of(name, value))).isEqualTo(sentence + "\n");
    }

    private static String saidInsteadOfStarting(Map<String, String> settings, Map<String, String> environment)
            throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("warmvoice.dashscope.url", "ws://127.0.0.1:" + Artifact.freePort() + "/");
        if (settings.keySet().stream().noneMatch(key -> key.startsWith("warmvoice.dashscope.api-key"))) {
            all.put("warmvoice.dashscope.api-key", "emulator-key");
        }
        all.put("quarkus.log.level", "INFO");
        try (Artifact artifact = Artifact.launch(all, environment)) {
            assertThat(artifact.awaitEnd(Duration.ofSeconds(30))).isEqualTo(1);
            return artifact.log();
        }
    }

    /** The error names an entry by its number: an invalid token may still be a secret. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"'';Entry 1 of warmvoice.auth.tokens is blank.",
            "',';Entry 1 of warmvoice.auth.tokens is blank.",
            "'a-secret, ,b';Entry 2 of warmvoice.auth.tokens is blank.",
            "'a-secret,';Entry 2 of warmvoice.auth.tokens is blank.",
            "'a-secret,my secret';Entry 2 of warmvoice.auth.tokens has a character that is not visible ASCII.",
            "my-sécret;Entry 1 of warmvoice.auth.tokens has a character that is not visible ASCII.",
            "sha256:a-secret;Entry 1 of warmvoice.auth.tokens has to have 64 hexadecimal digits after sha256:.",
            "sha256:;Entry 1 of warmvoice.auth.tokens has to have 64 hexadecimal digits after sha256:."})
    void doesNotStartWithAnInvalidToken(String tokens, String complaint) throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.launch(LambdaInstance.settings(emulator),
                        Map.of("WARMVOICE_AUTH_TOKENS", tokens))) {
            assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isNotZero();
            assertThat(artifact.log()).contains(complaint).doesNotContain("secret", "cret");
        }
    }

    @ParameterizedTest
    @CsvSource({"warmvoice.auth.streams-per-token,0", "warmvoice.auth.rate-per-token,0",
            "warmvoice.auth.rate-per-token,-1", "warmvoice.auth.streams-per-token,many"})
    void doesNotStartOnABadLimitPerToken(String key, String value) throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("warmvoice.auth.tokens", "a-secret");
            settings.put(key, value);
            try (Artifact artifact = Artifact.launch(settings, Map.of())) {
                assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isNotZero();
                assertThat(artifact.log()).contains(key)
                        .doesNotContain("a-secret");
            }
        }
    }

    @Test
    void doesNotStartWithALimitPerTokenAndNoTokens() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("warmvoice.auth.rate-per-token", "5");
            try (Artifact artifact = Artifact.launch(settings, Map.of())) {
                assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isNotZero();
                assertThat(artifact.log()).contains("there is none in warmvoice.auth.tokens");
            }
        }
    }

    @Test
    void doesNotStartWithAConnectionLimitBelowThePoolSize() throws Exception {
        try (Emulator emulator = Emulator.start();
                Artifact artifact = Artifact.launch(LambdaInstance.settings(emulator),
                        Map.of("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", "3"))) {
            assertThat(artifact.awaitEnd(Duration.ofSeconds(10))).isNotZero();
            assertThat(artifact.log()).contains("DASHSCOPE_MAXIMUM_ASYNC_REQUESTS is 3 and must be more than the 4");
        }
    }

    @Test
    void leaksNoTextOrKey() throws Exception {
        String marker = "xylophonic";
        String key = "sk-0123456789-secret";
        EmulatorOptions options = EmulatorOptions.defaults().withTasksPerSecond(0).withApiKey(key);
        try (Emulator emulator = Emulator.start(options)) {
            Map<String, String> settings = LambdaInstance.settings(emulator);
            settings.put("warmvoice.dashscope.api-key", key);
            settings.put("quarkus.log.level", "ALL");
            settings.put("warmvoice.task.first-audio-timeout", "1s");
            StringBuilder seen = new StringBuilder();
            try (Artifact artifact = Artifact.launch(settings, Map.of("DASHSCOPE_NETWORK_LOGGING_LEVEL", "BODY"))) {
                artifact.awaitReady();
                String text = "The word is " + marker + ".";
                for (Fault fault : new Fault[]{new Fault.FrameBytes(4000), new Fault.Garbage(), new Fault.Silence(),
                        new Fault.FailBeforeAudio("InternalError", "I do not like " + text),
                        new Fault.FailBeforeAudio("The text: " + text, marker), new Fault.CloseFrame(1011, 0)}) {
                    emulator.faults().next(fault, 2);
                    HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", text));
                    response.headers().map().forEach((name, values) -> seen.append(values));
                    if (response.statusCode() != 200) {
                        seen.append(new String(response.body().readAllBytes()));
                    } else {
                        seen.append(drain(response.body()));
                    }
                    emulator.faults().clear();
                }
                for (String body : new String[]{"{\"input\":\"" + marker, "{\"seed\":\"" + marker + "\"}", marker,
                        "{\"input\":\"<speak>" + marker + "</talk>\",\"ssml\":true}",
                        "{\"input\":\"a\",\"response_format\":\"" + marker + "\"}"}) {
                    seen.append(new String(artifact.api().speak(body).body()));
                }
                seen.append(artifact.api().get("/q/metrics").body()).append(artifact.api().get("/q/health").body());
                artifact.terminate();
                artifact.awaitEnd(Duration.ofSeconds(40));
                seen.append(artifact.log());
            }
            assertThat(seen.toString()).contains("DEBUG").contains("upstream");
            assertThat(seen.toString()).doesNotContain(marker).doesNotContain(key);
        }
    }

    private static String refusal(Artifact artifact) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = artifact.api().speak(new JsonObject().put("input", SENTENCE));
            return response.statusCode() == 200 ? "none" : Api.error(response).getString("code");
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** Reads what is available, and returns how the connection ended. */
    private static String drain(InputStream body) {
        try (body) {
            body.readAllBytes();
            return "complete";
        } catch (IOException cutOff) {
            return cutOff.getMessage();
        }
    }

    private static HttpResponse<byte[]> speakOnceItListens(Artifact artifact) {
        return await().ignoreExceptions().until(() -> artifact.api().speak(new JsonObject().put("input", SENTENCE)),
                response -> response.statusCode() != 404);
    }

    private static byte[] readAll(InputStream body) {
        try (body) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
