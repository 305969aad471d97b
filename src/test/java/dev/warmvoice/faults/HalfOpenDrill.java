package dev.warmvoice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Jdk;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Half-open connections, tested between two network namespaces: this process in one, the service in the other, joined
 * by a veth pair. Packets on it can be dropped without notice to either end. Exits with 0 on success.
 */
final class HalfOpenDrill {

    private static final JsonObject REQUEST = new JsonObject().put("input", HalfOpenPeer.TEXT);
    private static final String SERVICE = "10.199.0.2";

    private final Process peer;
    private final BufferedReader answers;
    private final int port;
    private Artifact artifact;

    private HalfOpenDrill() throws Exception {
        run("ip", "link", "set", "lo", "up");
        List<String> command = new ArrayList<>(
                List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        command.addAll(Jdk.java(List.of(), HalfOpenPeer.class));
        peer = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
        port = Integer.parseInt(answers.readLine());
        run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", pid());
        run("ip", "addr", "add", "10.199.0.1/24", "dev", "here");
        run("ip", "link", "set", "here", "up");
        atPeer("ip", "addr", "add", SERVICE + "/24", "dev", "there");
        atPeer("ip", "link", "set", "there", "up");
    }

    public static void main(String[] arguments) throws Exception {
        HalfOpenDrill drill = new HalfOpenDrill();
        try {
            drill.run();
        } finally {
            drill.close();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        artifact = Artifact.start(Map.of(
                "warmvoice.dashscope.url", "ws://" + SERVICE + ":" + port + "/api-ws/v1/inference/",
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.rate.per-second", "0",
                "warmvoice.pool.size", "2",
                "warmvoice.task.connect-timeout", "1500ms",
                "warmvoice.task.start-timeout", "1500ms",
                "warmvoice.task.first-audio-timeout", "5s",
                "warmvoice.task.stall-timeout", "2s"));
        byte[] whole = HalfOpenPeer.audio();
        // All processes here have just started.
        await().atMost(Duration.ofSeconds(30)).until(() -> speak().statusCode() == 200);
        assertServed(whole);

        HttpResponse<InputStream> response = artifact.api().open(REQUEST);
        try (InputStream audio = response.body()) {
            assertThat(audio.read()).isNotNegative();
            drop();
            assertThatThrownBy(audio::readAllBytes).isInstanceOf(IOException.class);
        }
        lift("in mid-audio, the body breaks off", whole);

        drop();
        HttpResponse<byte[]> refused = speak();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Api.error(refused).getString("code")).isEqualTo("upstream_unavailable");
        lift("while idle, 503 upstream_unavailable", whole);

        drop();
        forget();
        lift("half-open, served by a retry", whole);
    }

    /** Drops all packets in both directions. */
    private void drop() throws Exception {
        run("tc", "qdisc", "add", "dev", "here", "root", "blackhole");
        atPeer("tc", "qdisc", "add", "dev", "there", "root", "blackhole");
    }

    /** The service drops all its connections silently, while this end keeps them open. */
    private void forget() throws IOException {
        peer.getOutputStream().write('\n');
        peer.getOutputStream().flush();
        assertThat(answers.readLine()).isEqualTo("forgotten");
        assertThat(artifact.connectionsTo(port)).as("connections still open at this end").isEqualTo(2);
    }

    /** Passes packets again; the next request is served, and the pool recovers. */
    private void lift(String what, byte[] whole) throws Exception {
        run("tc", "qdisc", "del", "dev", "here", "root");
        atPeer("tc", "qdisc", "del", "dev", "there", "root");
        long begin = System.nanoTime();
        await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(10)).until(this::isWhole);
        System.out.printf("%s; pool recovered %d ms after the network%n", what,
                (System.nanoTime() - begin) / 1_000_000);
        assertServed(whole);
        await().atMost(Duration.ofSeconds(15)).until(this::isWhole);
    }

    private boolean isWhole() throws Exception {
        Api api = artifact.api();
        return api.metric("warmvoice_pool_active") == 0 && api.metric("warmvoice_pool_idle") == 2
                && artifact.connectionsTo(port) == 2;
    }

    private void assertServed(byte[] whole) throws Exception {
        HttpResponse<byte[]> response = speak();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(whole);
    }

    private HttpResponse<byte[]> speak() throws IOException, InterruptedException {
        return artifact.api().speak(REQUEST);
    }

    private String pid() {
        return Long.toString(peer.pid());
    }

    private void atPeer(String... command) throws Exception {
        String[] there = new String[command.length + 4];
        System.arraycopy(new String[]{"nsenter", "--target", pid(), "--net"}, 0, there, 0, 4);
        System.arraycopy(command, 0, there, 4, command.length);
        run(there);
    }

    private static void run(String... command) throws Exception {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
        }
    }

    private void close() throws IOException {
        if (artifact != null) {
            artifact.close();
        }
        peer.destroyForcibly();
    }
}
