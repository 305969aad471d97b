package dev.warmvoice.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The Java agent of dev mode. Unless an API key is configured, it starts the emulator as a process before the
 * application starts, and points the application's configuration at it. It has a jar of its own and uses no library,
 * since an agent shares the class path of the application.
 */
public final class DevModeAgent {

    /** The SDK's documented latency: a first frame after some 300 ms, then audio at five times real time. */
    private static final String[] LIFELIKE = {"--first-audio-delay=300", "--rtf=0.2"};

    /** Where the key, or the place that has it, can be configured. */
    private static final List<String> SETTINGS = List.of("warmvoice.dashscope.api-key",
            "warmvoice.dashscope.api-key-file", "warmvoice.dashscope.api-key-command");
    private static final List<String> VARIABLES = List.of("DASHSCOPE_API_KEY", "WARMVOICE_DASHSCOPE_API_KEY",
            "WARMVOICE_DASHSCOPE_API_KEY_FILE", "WARMVOICE_DASHSCOPE_API_KEY_COMMAND");
    /** Each upstream has its own key. */
    private static final String UPSTREAM_SETTINGS = "warmvoice.upstreams.";
    private static final String UPSTREAM_VARIABLES = "WARMVOICE_UPSTREAMS_";

    private DevModeAgent() {
    }

    /**
     * Runs before the application's {@code main}.
     *
     * @param emulatorJar path of the emulator's executable jar
     *
     * @throws IOException if the emulator does not start
     */
    public static void premain(String emulatorJar) throws IOException {
        if (isKeyConfigured()) {
            return;
        }
        Process emulator = start(emulatorJar);
        Runtime.getRuntime().addShutdownHook(new Thread(emulator::destroy, "emulator-stop"));
        URI url = address(emulator);
        System.setProperty("warmvoice.dashscope.url", url.toString());
        // Set elsewhere, it would contradict the URL.
        System.setProperty("warmvoice.dashscope.region", "");
        System.setProperty("warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY);
        System.setProperty("warmvoice.dev.emulator", "http://127.0.0.1:" + url.getPort());
    }

    private static Process start(String jar) throws IOException {
        var command = Stream
                .concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                        jar, "--parent=" + ProcessHandle.current().pid()), Stream.of(LIFELIKE))
                .toList();
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static URI address(Process emulator) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(emulator.getInputStream(), StandardCharsets.UTF_8));
        String url = lines.readLine();
        if (url == null) {
            throw new IOException("The emulator did not start; its error is above.");
        }
        return URI.create(url);
    }

    private static boolean isKeyConfigured() throws IOException {
        return System.getProperties().stringPropertyNames().stream()
                .anyMatch(name -> isOfKey(name) && isSet(System.getProperty(name)))
                || System.getenv().keySet().stream().anyMatch(name -> isOfKey(name) && isSet(System.getenv(name)))
                || isInDotEnv();
    }

    private static boolean isOfKey(String name) {
        return SETTINGS.contains(name) || VARIABLES.contains(name) || name.startsWith(UPSTREAM_SETTINGS)
                || name.startsWith(UPSTREAM_VARIABLES);
    }

    /** Quarkus reads the file {@code .env} of the working directory, too. */
    private static boolean isInDotEnv() throws IOException {
        Path file = Path.of(".env");
        if (!Files.isReadable(file)) {
            return false;
        }
        Properties entries = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            entries.load(in);
        }
        return entries.stringPropertyNames().stream()
                .anyMatch(name -> isOfKey(name) && isSet(entries.getProperty(name)));
    }

    private static boolean isSet(String value) {
        return value != null && !value.isBlank();
    }
}
