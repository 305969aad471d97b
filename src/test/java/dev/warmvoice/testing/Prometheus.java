package dev.warmvoice.testing;

import static dev.warmvoice.testing.Waits.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** The {@code prometheus} of this machine, as a process that scrapes targets four times a second. */
public final class Prometheus implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    private final Process process;

    private Prometheus(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts it. Skips the test where there is no {@code prometheus} on the path. */
    public static Prometheus start(Path folder, Artifact... targets) throws IOException {
        Assumptions.assumeTrue(isInstalled("prometheus"), "prometheus is not on the path");
        Path config = Files.writeString(folder.resolve("prometheus.yaml"), """
                global:
                  scrape_interval: 250ms
                scrape_configs:
                  - job_name: warmvoice
                    metrics_path: /q/metrics
                    static_configs:
                      - targets: [%s]
                """.formatted(Arrays.stream(targets).map(each -> "'127.0.0.1:" + each.base().getPort() + "'")
                .collect(Collectors.joining(", "))));
        int port = Artifact.freePort();
        Process process = new ProcessBuilder("prometheus", "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(folder.resolve("prometheus.log").toFile()).start();
        Prometheus started = new Prometheus(port, process);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                .until(() -> started.get("/-/ready").statusCode() == 200);
        return started;
    }

    /** Whether a program is on the path. */
    public static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /**
     * Runs a query as of now.
     *
     * @return its results
     * @throws IllegalStateException if it is no valid query
     */
    public JsonArray query(String expression) {
        try {
            JsonObject answer = new JsonObject(
                    get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).body());
            if (!answer.getString("status").equals("success")) {
                throw new IllegalStateException(expression + ": " + answer.getString("error"));
            }
            return answer.getJsonObject("data").getJsonArray("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        await().until(() -> !process.isAlive());
    }
}
