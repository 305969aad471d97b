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
 * What the build has packaged, binary or jar, as a process of its own: one that can be stopped, continued and ended by
 * signals, several at a time.
 */
public final class Artifact implements AutoCloseable {

    /** An option of JVMs and binaries alike. */
    public static final String PRINT_GC = "-XX:+PrintGC";
    private static final Pattern FULL_GC = Pattern.compile("Pause Full GC .*->([\\d.]+)M");
    private static final Pattern ENTRY = Pattern.compile("^(?=\\d{4}-\\d\\d-\\d\\d )", Pattern.MULTILINE);

    /** Of a JVM that does not live long enough to be worth more. */
    private static final String[] QUICK_START = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

    private final Process process;
    private final URI base;
    private final Path log;
    private boolean frozen;

    private Artifact(Process process, URI base, Path log) {
        this.process = process;
        this.base = base;
        this.log = log;
    }

    /** Whether it is a binary, not a jar. */
    public static boolean isNative() throws IOException {
        return Packaged.here().isNative();
    }

    /** Where it is. */
    public static Path path() throws IOException {
        return Packaged.here().path();
    }

    /** Starts it on a port of its own and does not wait. */
    public static Artifact launch(Map<String, String> settings, Map<String, String> environment) {
        try {
            return launch(Packaged.here(), settings, environment, QUICK_START);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts that on a port of its own and does not wait.
     *
     * @param jvm options of the JVM, where there is one
     */
    public static Artifact launch(Packaged packaged, Map<String, String> settings, Map<String, String> environment,
            String... jvm) {
        int port = freePort();
        Map<String, String> all = talkative(settings);
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.http.port", Integer.toString(port));
        return launch(packaged.command(all, jvm), port, environment);
    }

    /**
     * Starts it as a host does, which says by its environment where to listen, and does not wait.
     *
     * @param port where it is expected to listen, if anywhere
     */
    public static Artifact launchOn(int port, Map<String, String> settings, Map<String, String> environment) {
        try {
            return launch(Packaged.here().command(talkative(settings), QUICK_START), port, environment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With a level of logging, where none is asked for: that which the build wants for its tests. */
    private static Map<String, String> talkative(Map<String, String> settings) {
        ObservedOutput.settings(settings);
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("quarkus.log.level", System.getProperty("artifact.log.level", "INFO"));
        return all;
    }

    /** Starts that command, which listens on that port, and does not wait. */
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

    /** The settings that lead it to an emulator; everything else is as a user gets it. */
    public static Map<String, String> settings(Emulator emulator) {
        return new HashMap<>(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY));
    }

    /** Starts it and waits until it calls itself ready. */
    public static Artifact start(Map<String, String> settings) {
        Artifact artifact = launch(settings, Map.of());
        artifact.awaitReady();
        return artifact;
    }

    public void awaitReady() {
        await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .ignoreExceptions().until(() -> new Api(base).get("/q/health/ready").statusCode() == 200);
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

    /** What it has logged as an error, each with its stack trace. */
    public List<String> errors() throws IOException {
        return ENTRY.splitAsStream(log()).filter(entry -> entry.contains(" ERROR ")).toList();
    }

    public long pid() {
        return process.pid();
    }

    /** Its resident memory, in KiB. */
    public long residentKib() throws IOException {
        return status("VmRSS");
    }

    /** How many threads it has. */
    public int threads() throws IOException {
        return (int) status("Threads");
    }

    /** How many files it holds, sockets among them. */
    public int files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) files.count();
        }
    }

    /**
     * The heap that is in use when all garbage has been collected: of a JVM after a collection that this begins, of a binary
     * after its own latest full collection, of which it tells if it was started with {@link #PRINT_GC}.
     *
     * @return bytes; empty if a binary has not collected all of its garbage yet
     */
    public OptionalDouble heldHeap() throws IOException, InterruptedException {
        if (isNative()) {
            return FULL_GC.matcher(log()).results().mapToDouble(gc -> Double.parseDouble(gc.group(1)) * 1024 * 1024)
                    .reduce((former, latter) -> latter);
        }
        collectGarbage();
        return OptionalDouble.of(api().sum("jvm_memory_used_bytes{area=\"heap\""));
    }

    /** Has a JVM collect all garbage; a binary does so as it likes. */
    public void collectGarbage() throws IOException, InterruptedException {
        if (!isNative()) {
            new ProcessBuilder(Jdk.tool("jcmd"), Long.toString(process.pid()), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** A line of what Linux says of it. */
    private long status(String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(name + ":")).map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong).findFirst().orElseThrow();
        }
    }

    /** The processor time it has used, in all its threads. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The TCP ports it listens on. */
    public Set<Integer> listeningPorts() throws IOException {
        return TcpSockets.listeningPorts(process.pid());
    }

    /** How many TCP sockets it holds that lead to a port, in whatever state they are. */
    public int connectionsTo(int port) throws IOException {
        return TcpSockets.connectionsTo(process.pid(), port);
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Stops it where it stands, as a host does that freezes it. */
    public void freeze() {
        frozen = true;
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
        frozen = false;
    }

    /** Asks it to end. */
    public void terminate() {
        signal("TERM");
    }

    /** The exit code, once it has ended of its own accord. */
    public int awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + atMost);
        }
        return process.exitValue();
    }

    private void signal(String name) {
        signal(process, name);
    }

    /** What {@code kill} does. */
    public static void signal(Process process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A port that nobody listens on, for now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hears what it tells everybody, if it still does. */
    private void overhear() {
        try {
            if (isRunning() && !frozen && listeningPorts().contains(base.getPort())) {
                for (String path : List.of("/q/metrics", "/q/health")) {
                    api().get(path, Duration.ofSeconds(1));
                }
            }
        } catch (IOException e) {
            ObservedOutput.say("At its end it says: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        overhear();
        process.destroyForcibly();
    }
}
