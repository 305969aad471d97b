package dev.warmvoice.process;

import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.Prometheus;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts of {@code deploy/observability}, on a real Prometheus that scrapes the artifact. */
@OnBinary
class ObservabilityIT {

    private static final Path FOLDER = Path.of("deploy", "observability");
    private static final Path RULES = FOLDER.resolve("alerts.yaml");
    private static final Pattern METRIC = Pattern.compile("warmvoice_[a-z_]+");

    @TempDir
    static Path folder;

    private static Emulator service;
    private static Artifact artifact;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() throws Exception {
        service = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        Map<String, String> settings = Artifact.settings(service);
        settings.put("warmvoice.cache.size-bytes", "10000000");
        settings.put("warmvoice.rate.per-second", "0");
        artifact = Artifact.start(settings);
        prometheus = Prometheus.start(folder, artifact);
        await().until(() -> prometheus.query("warmvoice_pool_size").size() == 1);
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        artifact.close();
        service.close();
    }

    @Test
    void eachPanelHasData() throws Exception {
        List<String> queries = queries();
        assertThat(queries).hasSizeGreaterThan(20);
        // A rate needs two values, so what begins at its first event needs two events.
        for (int round = 0; round < 2; round++) {
            disturb();
            int seen = round;
            await().until(() -> prometheus.query("warmvoice_suspensions_total > " + seen).size() == 1);
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                queries.stream().filter(query -> prometheus.query(query).isEmpty()).toList()).isEmpty());
    }

    /** What makes every metric of the dashboard: speech, a cached one, a repeated task, a race, and a freeze. */
    private static void disturb() throws Exception {
        JsonObject body = new JsonObject().put("input", "Good morning, " + UUID.randomUUID() + ".");
        service.faults().next(new Fault.EmptyTask());
        for (int i = 0; i < 2; i++) {
            assertThat(artifact.api().speak(body).statusCode()).isEqualTo(200);
        }
        artifact.freeze();
        pause(Duration.ofMillis(2500));
        artifact.thaw();
        service.faults().next(new Fault.NoTaskStarted());
        assertThat(artifact.api().withHeader("Cache-Control", "no-cache")
                .speak(body).statusCode()).isEqualTo(200);
    }

    @Test
    void eachRuleIsValid() throws Exception {
        Process check = new ProcessBuilder("promtool", "check", "rules", RULES.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("rules.log").toFile()).start();
        assertThat(check.waitFor()).as(Files.readString(folder.resolve("rules.log"))).isZero();
    }

    /** A rule about a metric that does not exist would never fire. */
    @Test
    void dashboardAndRulesUseDocumentedMetricsOnly() throws Exception {
        String documented = Files.readString(Path.of("docs", "operations.md"));
        Set<String> used = new TreeSet<>();
        Stream.concat(queries().stream(), Stream.of(Files.readString(RULES)))
                .forEach(text -> used.addAll(METRIC.matcher(text).results().map(MatchResult::group)
                        .map(name -> name.replaceAll("_(bucket|sum|count)$", "")).collect(Collectors.toSet())));
        assertThat(used).hasSizeGreaterThan(15)
                .allSatisfy(name -> assertThat(documented).containsPattern("`" + name + "[`{]"));
    }

    private static List<String> queries() throws Exception {
        JsonObject dashboard = new JsonObject(Files.readString(FOLDER.resolve("dashboard.json")));
        return dashboard.getJsonArray("panels").stream().map(JsonObject.class::cast)
                .filter(panel -> panel.containsKey("targets"))
                .flatMap(panel -> panel.getJsonArray("targets").stream().map(JsonObject.class::cast))
                .map(target -> target.getString("expr").replace("$__rate_interval", "1m").replace("$job", ".*")
                        .replace("$instance", ".*"))
                .toList();
    }
}
