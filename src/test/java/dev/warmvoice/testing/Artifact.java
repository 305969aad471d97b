package dev.warmvoice.testing;

import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged artifact, binary or jar, as a process that the test can freeze, thaw and end by signals. Several can run
 * at a time.
 */
public final class Artifact implements AutoCloseable {

    /** The option for GC logging, the same for JVMs and binaries. */
    public static final String PRINT_GC = "-XX:+PrintGC";
    private static final Pattern FULL_GC = Pattern.compile("Pause Full GC .*->([\\d.]+)M");
    private static final Pattern ENTRY = Pattern.compile("^(?=\\d{4}-\\d\\d-\\d\\d )", Pattern.MULTILINE);

    /** JVM options for fast startup, for processes that do not live long. */
    private static final String[] QUICK_START = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

    private final Process process;
    private final URI base;
    private final Path log;
    /** Null until the process is frozen for the first time. */
    private Freezer freezer;
    private boolean frozen;

    private Artifact(Process process, URI base, Path log) {
        this.process = process;
        this.base = base;
        this.log = log;
    }

    /** Whether the artifact is a binary, not a jar. */
    public static boolean isNative() throws IOException {
        return Packaged.here().isNative();
    }

    /** The path of the artifact. */
    public static Path path() throws IOException {
        return Packaged.here().path();
    }

    /** Starts the artifact on its own port and does not wait. */
    public static Artifact launch(Map<String, String> settings, Map<String, String> environment) {
        try {
            return launch(Packaged.here(), settings, environment, QUICK_START);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts a given artifact on its own port and does not wait.
     *
     * @param jvm options of the JVM; a binary gets only those that it supports
     */
    public static Artifact launch(Packaged packaged, Map<String, String> settings, Map<String, String> environment,
            String... jvm) {
        int port = freePort();
        Map<String, String> all = withLogLevel(settings);
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.http.port", Integer.toString(port));
        return launch(packaged.command(all, jvm), port, environment);
    }

    /**
     * Starts the artifact as a host does, with the port in the environment, and does not wait.
     *
     * @param port the port on which the artifact should listen, if any
     */
    public static Artifact launchOn(int port, Map<String, String> settings, Map<String, String> environment) {
        try {
            return launch(Packaged.here().command(withLogLevel(settings), QUICK_START), port, environment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds the log level of the build, unless the settings have their own. */
    private static Map<String, String> withLogLevel(Map<String, String> settings) {
        ObservedOutput.settings(settings);
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("quarkus.log.level", System.getProperty("artifact.log.level", "INFO"));
        return all;
    }

    /** Starts a command that listens on this port, and does not wait. */
    public static Artifact launch(List<String> command, int port, Map<String, String> environment) {
        try {
            Path log = ObservedOutput.log();
            ObservedOutput.settings(environment);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(new File(log.toString()));
            builder.environment().putAll(environment);
            return new Artifact(builder.start(), URI.create("http://127.0.0.1:" + port), log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings for an emulator as the service; all others keep their defaults. */
    public static Map<String, String> settings(Emulator emulator) {
        return new HashMap<>(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY));
    }

    /** Starts the artifact and waits until it is ready. */
    public static Artifact start(Map<String, String> settings) {
        Artifact artifact = launch(settings, Map.of());
        try {
            artifact.awaitReady();
        } catch (RuntimeException | Error e) {
            artifact.close();
            throw e;
        }
        return artifact;
    }

    public void awaitReady() {
        Api api = new Api(base);
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).ignoreExceptions()
                .until(() -> api.get("/q/health/ready").statusCode() == 200);
    }

    public Api api() {
        return new Api(base);
    }

    public URI base() {
        return base;
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** The errors in the log, each with its stack trace. */
    public List<String> errors() throws IOException {
        return ENTRY.splitAsStream(log()).filter(entry -> entry.contains(" ERROR ")).toList();
    }

    public long pid() {
        return process.pid();
    }

    /** The resident memory in KiB. */
    public long residentKib() throws IOException {
        return status("VmRSS");
    }

    /** The number of threads. */
    public int threads() throws IOException {
        return (int) status("Threads");
    }

    /** The number of open files, sockets included. */
    public int files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) files.count();
        }
    }

    /**
     * The used heap after a full collection: on a JVM after a forced one; on a binary after its own latest one, which
     * it logs if it was started with {@link #PRINT_GC}.
     *
     * @return bytes; empty if a binary has not run a full collection yet
     */
    public OptionalDouble heldHeap() throws IOException, InterruptedException {
        if (isNative()) {
            return FULL_GC.matcher(log()).results().mapToDouble(gc -> Double.parseDouble(gc.group(1)) * 1024 * 1024)
                    .reduce((former, latter) -> latter);
        }
        collectGarbage();
        return OptionalDouble.of(api().sum("jvm_memory_used_bytes{area=\"heap\""));
    }

    /** Forces a full collection on a JVM; does nothing to a binary. */
    public void collectGarbage() throws IOException, InterruptedException {
        if (!isNative()) {
            new ProcessBuilder(Jdk.tool("jcmd"), Long.toString(process.pid()), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** The value of a line in {@code /proc/<pid>/status}. */
    private long status(String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(name + ":")).map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong).findFirst().orElseThrow();
        }
    }

    /** The CPU time of all threads. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The TCP ports on which the process listens. */
    public Set<Integer> listeningPorts() throws IOException {
        return TcpSockets.listeningPorts(process.pid());
    }

    /** The number of TCP sockets connected to a port, in any state. */
    public int connectionsTo(int port) throws IOException {
        return TcpSockets.connectionsTo(process.pid(), port);
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Freezes the process as a serverless host does. */
    public void freeze() {
        if (freezer == null) {
            freezer = Freezer.of(process);
        }
        frozen = true;
        freezer.freeze();
    }

    public void thaw() {
        freezer.thaw();
        frozen = false;
    }

    /** Sends SIGTERM. */
    public void terminate() {
        signal("TERM");
    }

    /** Waits for the process to exit, and returns its exit code. */
    public int awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + atMost);
        }
        return process.exitValue();
    }

    private void signal(String name) {
        signal(process, name);
    }

    /** Sends a signal with {@code kill}. */
    public static void signal(Process process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A TCP port that is currently free. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Records metrics and health for {@link ObservedOutput} if the process still answers. */
    private void recordOutput() {
        try {
            if (isRunning() && !frozen && listeningPorts().contains(base.getPort())) {
                for (String path : List.of("/q/metrics", "/q/health")) {
                    api().get(path, Duration.ofSeconds(1));
                }
            }
        } catch (IOException e) {
            ObservedOutput.say("At its end: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        recordOutput();
        if (frozen) {
            thaw();
        }
        process.destroyForcibly();
        if (freezer != null) {
            process.onExit().join();
            freezer.close();
        }
    }
}
