package dev.warmvoice.testing;

import static dev.warmvoice.testing.Waits.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** The {@code redis-server} of this machine, as a process that a test can freeze, kill, empty and restart. */
public final class RedisServer implements AutoCloseable {

    private final int port;
    private Process process;

    private RedisServer(int port) {
        this.port = port;
        this.process = launch(port);
    }

    /** Starts a server without persistence. Skips the test where there is no {@code redis-server} on the path. */
    public static RedisServer start() {
        Assumptions.assumeTrue(isInstalled(), "redis-server is not on the path");
        RedisServer server = new RedisServer(freePort());
        server.awaitReady();
        return server;
    }

    /** Whether there is a {@code redis-server} on the path. */
    public static boolean isInstalled() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends the server at once. Does nothing if there is none. */
    public void kill() {
        process.destroyForcibly();
        await().until(() -> !process.isAlive());
    }

    /** Kills the server and starts an empty one on the same port. */
    public void restart() {
        kill();
        process = launch(port);
        awaitReady();
    }

    /** The server accepts connections and answers nothing. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** Removes all keys. */
    public void flush() {
        command("FLUSHALL");
    }

    /**
     * Sends a command.
     *
     * @return what the server has answered, as much as there is at once
     */
    public String command(String line) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64 * 1024];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void awaitReady() {
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> command("PING").startsWith("+PONG"));
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process launch(int port) {
        try {
            return new ProcessBuilder("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save",
                    "",
                    "--appendonly", "no").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
