package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.Packaged;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Slow and endless bodies and live messages against a small process: memory stays bounded in total. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@OnBinary
class RequestBodiesIT {

    private static final String HEAD = "POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final int MAX_BODY = 4 * 1024 * 1024;
    private static final JsonObject CALL = new JsonObject().put("input", "Good morning. Your train leaves at nine.");

    private final Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
    private final Map<String, String> settings = LambdaInstance.settings(emulator);
    private final List<Socket> clients = new ArrayList<>();
    private Artifact artifact;

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        artifact.close();
        emulator.close();
    }

    private void launch() throws IOException {
        settings.put("quarkus.log.level", "INFO");
        artifact = Artifact.launch(Packaged.here(), settings, Map.of(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx64m");
        artifact.awaitReady();
    }

    @Test
    void incompleteBodiesUseBoundedMemory() throws Exception {
        launch();
        for (int i = 0; i < 20; i++) {
            sendAsMuchAsIsTaken(HEAD + "Content-Length: " + MAX_BODY + "\r\n\r\n", new byte[MAX_BODY - 1000]);
        }
        assertOthersAreServed();
        List<String> answers = answers();
        assertThat(answers).hasSizeGreaterThan(15).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("\r\nRetry-After: 1\r\n").contains("\"code\":\"overloaded\""));
        hangUp();
        await().untilAsserted(() -> assertThat(artifact.api().speak(CALL.copy().put("input", " ".repeat(3_000_000)))
                .statusCode()).as("status once there is room again").isEqualTo(400));
    }

    @Test
    void chunkedBodiesCountAsTheyArrive() throws Exception {
        launch();
        byte[] chunks = ("1000\r\n" + " ".repeat(0x1000) + "\r\n").repeat(MAX_BODY / 0x1000 - 1)
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20; i++) {
            sendAsMuchAsIsTaken(HEAD + CHUNKED, chunks);
        }
        assertOthersAreServed();
        assertThat(answers()).hasSizeGreaterThan(15)
                .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 503 "));
    }

    /** The bodies are 1 MB in all. */
    @Test
    void bodyMayArriveByteByByte() throws Exception {
        launch();
        byte[] chunks = "1\r\n \r\n".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 4; i++) {
            sendAsMuchAsIsTaken(HEAD + CHUNKED, chunks);
        }
        assertOthersAreServed();
    }

    @Test
    void endlessBodyIsTooLarge() throws Exception {
        launch();
        byte[] chunks = ("1000\r\n" + " ".repeat(0x1000) + "\r\n").repeat(MAX_BODY / 0x1000 + 1)
                .getBytes(StandardCharsets.US_ASCII);
        sendAsMuchAsIsTaken(HEAD + CHUNKED, chunks);
        assertThat(read(clients.get(0))).startsWith("HTTP/1.1 413 ").contains("\"error\"");
    }

    /** The server discards the rest of a rejected request only up to four times the max size of a body. */
    @Test
    void rejectedBodyIsReadUpToALimit() throws Exception {
        settings.put("warmvoice.auth.tokens", "a-token-4711");
        launch();
        byte[] chunks = ("1000\r\n" + " ".repeat(0x1000) + "\r\n").repeat(256).getBytes(StandardCharsets.US_ASCII);
        for (String head : List.of(HEAD, "GET /q/health/live HTTP/1.1\r\nHost: x\r\n", "POST /x HTTP/1.1\r\n",
                "OPTIONS /v1/models HTTP/1.1\r\nHost: x\r\n")) {
            Socket client = connect();
            long megabytes = 0;
            try {
                client.getOutputStream().write((head + CHUNKED).getBytes(StandardCharsets.US_ASCII));
                for (; megabytes < 64; megabytes++) {
                    client.getOutputStream().write(chunks);
                }
            } catch (SocketException hungUp) {
                // The loop waits for this disconnect.
            }
            assertThat(megabytes).as("megabytes read of " + head).isLessThan(64);
        }
    }

    @Test
    @Nightly
    void rejectedBodyTimesOut() throws Exception {
        settings.put("warmvoice.auth.tokens", "a-token-4711");
        launch();
        Socket client = connect();
        client.getOutputStream().write((HEAD + "Content-Length: 99\r\n\r\n{").getBytes(StandardCharsets.US_ASCII));
        client.setSoTimeout(40_000);
        assertThat(new String(client.getInputStream().readAllBytes())).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void endlessLiveMessagesUseBoundedMemory() throws Exception {
        launch();
        byte[] fragment = new byte[8 + 64_000];
        fragment[1] = (byte) 0xfe;
        fragment[2] = (byte) (64_000 >> 8);
        fragment[3] = (byte) 64_000;
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        fragment[0] = 0x01;
        message.writeBytes(fragment);
        fragment[0] = 0x00;
        for (int i = 0; i < 60; i++) {
            message.writeBytes(fragment);
        }
        for (int i = 0; i < 20; i++) {
            openLive(message.toByteArray());
        }
        assertOthersAreServed();
        try (LiveClient client = new LiveClient(artifact.base())) {
            client.start(new JsonObject()).text("Good morning.").finish().next("finished");
        }
    }

    @Test
    void emptyFragmentsUseBoundedMemory() throws Exception {
        sendFrames(0x01, 0x00);
    }

    @Test
    void emptyPingsUseBoundedMemory() throws Exception {
        sendFrames(0x89, 0x89);
    }

    @Test
    void emptyLiveMessagesUseBoundedMemory() throws Exception {
        sendFrames(0x81, 0x81);
    }

    /** Sends 500,000 empty frames from each client at the same time, and checks that others are served. */
    private void sendFrames(int first, int following) throws Exception {
        launch();
        byte[] frames = new byte[6 * 500_000];
        for (int frame = 0; frame < frames.length; frame += 6) {
            frames[frame] = (byte) (frame == 0 ? first : following);
            frames[frame + 1] = (byte) 0x80;
        }
        ExecutorService senders = Executors.newCachedThreadPool();
        List<Future<Void>> sending = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            Socket live = openLive();
            sending.add(senders.submit(() -> {
                write(live, frames);
                return null;
            }));
        }
        senders.shutdown();
        assertOthersAreServed();
        for (Future<Void> each : sending) {
            each.get(20, TimeUnit.SECONDS);
        }
        assertOthersAreServed();
    }

    private void openLive(byte[] frames) throws IOException {
        write(openLive(), frames);
    }

    private Socket openLive() throws IOException {
        Socket client = connect();
        client.getOutputStream().write(LiveClient.handshake("/v1/audio/speech/live", "")
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(client.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 101");
        return client;
    }

    private Socket connect() throws IOException {
        Socket client = new Socket("127.0.0.1", artifact.base().getPort());
        client.setSoTimeout(5000);
        clients.add(client);
        return client;
    }

    private void sendAsMuchAsIsTaken(String head, byte[] body) throws IOException {
        Socket client = connect();
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        write(client, body);
    }

    private static void write(Socket client, byte[] bytes) throws IOException {
        try {
            client.getOutputStream().write(bytes);
        } catch (SocketException hungUp) {
            // The server may close the connection before the whole request is sent.
        }
    }

    /** The part of the answer that has arrived. */
    private List<String> answers() throws IOException {
        List<String> answers = new ArrayList<>();
        for (Socket client : clients) {
            if (client.getInputStream().available() > 0) {
                answers.add(read(client));
            }
        }
        return answers;
    }

    private static String read(Socket client) throws IOException {
        byte[] answer = new byte[4096];
        return new String(answer, 0, client.getInputStream().read(answer), StandardCharsets.US_ASCII);
    }

    private void hangUp() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private void assertOthersAreServed() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(artifact.api().speak(CALL).statusCode()).isEqualTo(200);
        }
        assertThat(artifact.api().get("/q/health/live", Duration.ofSeconds(2)).statusCode()).isEqualTo(200);
        assertThat(artifact.log()).doesNotContain("OutOfMemoryError");
        assertThat(artifact.errors()).isEmpty();
    }
}
