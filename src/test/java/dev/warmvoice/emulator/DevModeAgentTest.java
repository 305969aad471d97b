package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.testing.Jdk;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent in a JVM of its own, with the emulator's own jar. */
class DevModeAgentTest {

    private static final Path JARS = Path.of("target", "emulator");

    private Process application;

    @AfterEach
    void stop() {
        application.destroyForcibly();
    }

    @Test
    void pointsTheApplicationAtAnEmulatorThatEndsWithIt() throws Exception {
        Properties settings = start(Map.of());
        assertThat(settings.getProperty("warmvoice.dashscope.url")).startsWith("ws://127.0.0.1:");
        assertThat(settings).containsEntry("warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY);
        URI state = URI.create(settings.getProperty("warmvoice.dev.emulator") + "/state");
        assertThat(get(state).statusCode()).isEqualTo(200);
        application.destroyForcibly();
        await().until(() -> isRefused(state));
    }

    @Test
    void leavesAConfiguredKeyAlone() throws Exception {
        assertThat(start(Map.of("DASHSCOPE_API_KEY", "sk-of-a-developer")).stringPropertyNames())
                .noneMatch(name -> name.startsWith("warmvoice."));
    }

    @Test
    void leavesConfiguredUpstreamsAlone() throws Exception {
        assertThat(start(Map.of("WARMVOICE_UPSTREAMS_CN_API_KEY", "sk-of-a-developer")).stringPropertyNames())
                .noneMatch(name -> name.startsWith("warmvoice."));
    }

    /** Starts {@link PrintSettings} with the agent and reads its system properties. */
    private Properties start(Map<String, String> variables) throws IOException {
        String agent;
        try (var jars = Files.list(JARS)) {
            agent = jars.map(Path::toString).filter(name -> name.endsWith("-dev-mode-agent.jar")).findFirst()
                    .orElseThrow();
        }
        var builder = new ProcessBuilder(Jdk.java(
                List.of("-javaagent:" + agent + "=" + JARS.resolve("warmvoice-emulator.jar")), PrintSettings.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("WARMVOICE_DASHSCOPE_API_KEY");
        builder.environment().remove("DASHSCOPE_API_KEY");
        builder.environment().putAll(variables);
        application = builder.start();
        Properties settings = new Properties();
        settings.load(new InputStreamReader(application.getInputStream(), StandardCharsets.UTF_8));
        return settings;
    }

    private static boolean isRefused(URI uri) throws InterruptedException {
        try {
            get(uri);
            return false;
        } catch (IOException e) {
            return e instanceof ConnectException;
        }
    }

    private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Prints its system properties, closes its output, and runs until it is killed. */
    static final class PrintSettings {

        public static void main(String[] args) throws Exception {
            System.getProperties().store(System.out, null);
            System.out.close();
            TimeUnit.MINUTES.sleep(1);
        }
    }
}
