package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Jdk;
import dev.warmvoice.testing.Packaged;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@link SlowReader}s in this network namespace and in another one, joined by a veth pair. Arguments: seconds of audio
 * and seconds of slow reading. Exits with 0 if each reader receives all of the audio.
 */
public final class SlowReaderDrill {

    private static final String ADDRESS = "10.199.0.1";
    private static final Duration STALL = Duration.ofSeconds(10);

    private SlowReaderDrill() {
    }

    public static void main(String[] arguments) throws Exception {
        run("ip", "link", "set", "lo", "up");
        Process there = new ProcessBuilder("unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int status = 1;
        try {
            there.inputReader().readLine();
            String pid = Long.toString(there.pid());
            run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", pid);
            run("ip", "addr", "add", ADDRESS + "/24", "dev", "here");
            run("ip", "link", "set", "here", "up");
            run("nsenter", "--target", pid, "--net", "ip", "addr", "add", "10.199.0.2/24", "dev", "there");
            run("nsenter", "--target", pid, "--net", "ip", "link", "set", "there", "up");
            status = drill(pid, arguments[0], arguments[1]);
        } finally {
            there.destroyForcibly();
        }
        System.exit(status);
    }

    private static int drill(String pid, String audio, String slow) throws Exception {
        int port = Artifact.freePort();
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Artifact artifact = Artifact.launch(Packaged.here().command(Map.of(
                        "quarkus.http.host", "0.0.0.0", "quarkus.http.port", Integer.toString(port),
                        "warmvoice.dashscope.url", emulator.url().toString(),
                        "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                        "warmvoice.rate.per-second", "0",
                        "warmvoice.task.first-audio-timeout", "60s",
                        "warmvoice.pool.acquire-timeout", "60s",
                        "warmvoice.task.stall-timeout", STALL.toSeconds() + "s",
                        "warmvoice.pool.size", "20")), port, Map.of())) {
            // All processes here have just started.
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions()
                    .until(() -> artifact.api().get("/q/health/ready").statusCode() == 200);
            List<Process> readers = List.of(readers(List.of(), "127.0.0.1", port, audio, slow),
                    readers(List.of("nsenter", "--target", pid, "--net"), ADDRESS, port, audio, slow));
            int failed = 0;
            for (Process reader : readers) {
                reader.inputReader().lines().forEach(System.out::println);
                failed += reader.waitFor();
            }
            readNothing(artifact.api(), port);
            System.out.println("CPU time of the process: " + artifact.cpuTime().toMillis() + " ms");
            return failed;
        }
    }

    private static Process readers(List<String> prefix, String host, int port, String audio, String slow)
            throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Jdk.java(List.of("-XX:TieredStopAtLevel=1"), SlowReader.class, "http://" + host + ":" + port,
                audio, slow));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Checks that a client that reads nothing is disconnected at the timeout. */
    private static void readNothing(Api api, int port) throws Exception {
        byte[] body = ("{\"input\":\"" + SlowReader.text(Duration.ofMinutes(3)) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            long begin = System.nanoTime();
            out.write(("POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            await().until(() -> api.metric("warmvoice_pool_active") == 1);
            await().atMost(STALL.plusSeconds(5)).until(() -> api.metric("warmvoice_pool_active") == 0);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            System.out.println("A client that reads nothing is disconnected after " + took.toMillis() + " ms");
            assertThat(took).isGreaterThan(STALL);
        }
    }

    private static void run(String... command) throws Exception {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
        }
    }
}
