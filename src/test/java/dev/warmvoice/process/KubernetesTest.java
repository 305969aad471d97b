package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of the manifests for Kubernetes and Knative that need no cluster. */
class KubernetesTest {

    /** What an account may submit by default, and what the sizes take for a task. */
    private static final int ACCOUNT_RATE = 3;
    private static final int TASK_SECONDS = 8;

    private static final Path FOLDER = Path.of("deploy", "kubernetes");
    private static final Map<String, Class<?>> TYPES = Map.of(
            "apps/v1 Deployment", Deployment.class,
            "v1 Service", Service.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
            "serving.knative.dev/v1 Service", io.fabric8.knative.serving.v1.Service.class);
    /** Fields with names of one's own choice. */
    private static final Set<String> MAPS = Set.of("labels", "matchLabels", "annotations", "requests", "limits",
            "selector");
    private static final ObjectMapper YAML = new YAMLMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .setAnnotationIntrospector(new Strict());

    /** The model keeps fields that it does not know; without the method that takes them they are errors. */
    private static final class Strict extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "autoscaler", "knative", "redis"})
    void manifestHasOnlyFieldsOfItsKind(String file) {
        assertThat(documents(file)).isNotEmpty().allSatisfy(KubernetesTest::bind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "autoscaler", "knative", "redis"})
    void misspeltFieldIsFoundWhereverItIs(String file) {
        for (JsonNode document : documents(file)) {
            List<ObjectNode> objects = new ArrayList<>();
            collectObjects(document, objects);
            assertThat(objects).hasSizeGreaterThan(3).allSatisfy(object -> {
                object.put("misspelt", "1");
                assertThatThrownBy(() -> bind(document)).hasRootCauseInstanceOf(UnrecognizedPropertyException.class)
                        .hasMessageContaining("misspelt");
                object.remove("misspelt");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "redis"})
    void selectorsSelectThePods(String file) {
        JsonNode labels = deployment(file).at("/spec/template/metadata/labels");

        assertThat(documents(file)).filteredOn(document -> !document.path("kind").textValue().equals("Service"))
                .extracting(document -> document.at(document.path("kind").textValue().equals("NetworkPolicy")
                        ? "/spec/podSelector/matchLabels"
                        : "/spec/selector/matchLabels"))
                .hasSize(2).allMatch(labels::equals);
        assertThat(document(file, "Service").at("/spec/selector")).isEqualTo(labels);
        assertThat(document(file, "Service").at("/spec/ports/0/targetPort"))
                .isEqualTo(container(file).at("/ports/0/name"));
    }

    @Test
    void podsHaveAStreamForEachTaskThatTheRateAllows() {
        int pods = deployment("deployment").at("/spec/replicas").intValue();

        assertThat(pods * poolSize("deployment")).isEqualTo(ACCOUNT_RATE * TASK_SECONDS);
        for (String file : List.of("deployment", "knative")) {
            assertThat(variable(file, "WARMVOICE_RATE_PER_SECOND")).isEqualTo("" + ACCOUNT_RATE);
            assertThat(variable(file, "WARMVOICE_RATE_EXPECTED_INSTANCES")).isEqualTo("" + pods);
        }
        assertThat(document("autoscaler", "HorizontalPodAutoscaler").at("/spec/maxReplicas").intValue())
                .isEqualTo(pods);
        assertThat(revision().at("/metadata/annotations").path("autoscaling.knative.dev/max-scale").textValue())
                .isEqualTo("" + pods);
    }

    @Test
    void deploymentIsScaledByBusyConnections() throws IOException {
        JsonNode scaler = document("autoscaler", "HorizontalPodAutoscaler").path("spec");
        JsonNode target = scaler.path("scaleTargetRef");

        assertThat(deployment("deployment").at("/metadata/name")).isEqualTo(target.path("name"));
        assertThat(deployment("deployment").path("apiVersion")).isEqualTo(target.path("apiVersion"));
        JsonNode metric = scaler.at("/metrics/0");
        assertThat(metric.path("type").textValue()).isEqualTo("Pods");
        assertThat(Files.readString(Path.of("docs", "operations.md")))
                .contains("`" + metric.at("/pods/metric/name").textValue() + "`");
        assertThat(metric.at("/pods/target/type").textValue()).isEqualTo("AverageValue");
        assertThat(Integer.parseInt(metric.at("/pods/target/averageValue").textValue()))
                .isBetween(1, poolSize("deployment") - 1);
    }

    @Test
    void knativeLetsThroughAsManyRequestsAsThereAreConnections() {
        assertThat(revision().at("/spec/containerConcurrency").intValue()).isEqualTo(poolSize("knative"));
        // Misspelt annotations are ignored.
        assertThat(revision().at("/metadata/annotations").fieldNames()).toIterable()
                .containsExactlyInAnyOrder("autoscaling.knative.dev/class", "autoscaling.knative.dev/metric",
                        "autoscaling.knative.dev/target-utilization-percentage", "autoscaling.knative.dev/min-scale",
                        "autoscaling.knative.dev/max-scale", "autoscaling.knative.dev/scale-down-delay")
                .allMatch(name -> revision().at("/metadata/annotations").path(name).isTextual());
        assertThat(revision().at("/metadata/annotations").path("autoscaling.knative.dev/metric").textValue())
                .isEqualTo("concurrency");
    }

    /** Knative refuses others: they are its own, or need a feature that is off by default. */
    @Test
    void knativeHasOnlyFieldsThatKnativeAllows() {
        assertThat(fields(revision().path("spec"))).isSubsetOf("containers", "volumes", "containerConcurrency",
                "timeoutSeconds", "automountServiceAccountToken", "enableServiceLinks", "imagePullSecrets");
        assertThat(fields(container("knative"))).isSubsetOf("name", "image", "command", "args", "ports", "env",
                "readinessProbe", "livenessProbe", "resources", "securityContext", "volumeMounts");
        assertThat(fields(container("knative").path("securityContext"))).isSubsetOf("allowPrivilegeEscalation",
                "capabilities", "readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser", "seccompProfile");
        assertThat(container("knative").path("volumeMounts"))
                .allSatisfy(mount -> assertThat(fields(mount)).isSubsetOf("name", "mountPath", "readOnly"));
        assertThat(revision().at("/spec/volumes"))
                .allSatisfy(volume -> assertThat(fields(volume)).isSubsetOf("name", "secret", "emptyDir"));
    }

    @Test
    void podEndsOnlyAfterItsRequests() {
        JsonNode pod = deployment("deployment").at("/spec/template/spec");
        Duration preStop = Duration
                .ofSeconds(container("deployment").at("/lifecycle/preStop/sleep/seconds").intValue());

        assertThat(preStop).isPositive();
        assertThat(Duration.ofSeconds(pod.path("terminationGracePeriodSeconds").intValue()))
                .isGreaterThan(preStop.plus(shutdownTimeout("deployment")));
        // Knative gives a pod as long to end as a request may take.
        assertThat(Duration.ofSeconds(revision().at("/spec/timeoutSeconds").intValue()))
                .isGreaterThan(shutdownTimeout("knative"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "knative"})
    void requestsComeOnceTheConnectionsAreOpen(String file) {
        JsonNode container = container(file);

        assertThat(container.at("/readinessProbe/httpGet/path").textValue()).isEqualTo("/q/health/ready");
        // A restart does not heal a refused key.
        assertThat(container.at("/livenessProbe/httpGet/path").textValue()).isEqualTo("/q/health/live");
        assertThat(container.at("/ports/0/containerPort").intValue()).isEqualTo(8080);
        for (JsonNode probe : container.findValues("httpGet")) {
            assertThat(Set.of("/q/health/started", "/q/health/ready", "/q/health/live"))
                    .contains(probe.path("path").textValue());
            assertThat(probe.path("port").asText()).isIn("", container.at("/ports/0/name").textValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "knative", "redis"})
    void containerCanDoLittle(String file) {
        JsonNode pod = template(file).path("spec");
        JsonNode security = container(file).path("securityContext");
        JsonNode user = pod.has("securityContext") ? pod.path("securityContext") : security;

        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        // Variables such as WARMVOICE_PORT would be taken for settings.
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(user.path("runAsNonRoot").booleanValue()).isTrue();
        assertThat(user.path("runAsUser").intValue()).isPositive();
        assertThat(user.at("/seccompProfile/type").textValue()).isEqualTo("RuntimeDefault");
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.path("readOnlyRootFilesystem").booleanValue()).isTrue();
        assertThat(security.at("/capabilities/drop/0").textValue()).isEqualTo("ALL");
        assertThat(container(file).at("/resources/limits").fieldNames()).toIterable().containsExactly("memory");
        assertThat(container(file).at("/resources/requests").fieldNames()).toIterable().contains("cpu", "memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployment", "knative"})
    void imageIsTheReleases(String file) throws IOException {
        assertThat(container(file).path("image").textValue())
                .isEqualTo("ghcr.io/REPLACE-owner/warmvoice:REPLACE-version");
        assertThat(Files.readString(Path.of(".github", "workflows", "release.yml")))
                .contains("IMAGE: ghcr.io/${{ github.repository }}");
        assertThat(Files.readString(Path.of("deploy", "container", "Dockerfile.native")))
                .contains("USER " + template(file).findValue("runAsUser").intValue() + "\n");
    }

    @Test
    void secretsComeFromTheSecretThatTheReadmeMakes() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));

        for (String file : List.of("deployment", "knative", "redis")) {
            List<JsonNode> references = container(file).findValues("secretKeyRef");
            assertThat(references).isNotEmpty()
                    .allSatisfy(reference -> assertThat(reference.path("name").textValue()).isEqualTo("warmvoice"))
                    .allSatisfy(reference -> assertThat(readme)
                            .contains("--from-literal=" + reference.path("key").textValue() + "="));
        }
        for (String file : List.of("deployment", "knative")) {
            JsonNode volume = template(file).at("/spec/volumes/0");
            JsonNode mount = container(file).at("/volumeMounts/0");
            assertThat(mount.path("name")).isEqualTo(volume.path("name"));
            assertThat(volume.at("/secret/secretName").textValue()).isEqualTo("warmvoice");
            assertThat(readme).contains("--from-literal=" + volume.at("/secret/items/0/key").textValue() + "=");
            assertThat(variable(file, "WARMVOICE_DASHSCOPE_API_KEY_FILE")).isEqualTo(
                    mount.path("mountPath").textValue() + "/" + volume.at("/secret/items/0/path").textValue());
            assertThat(variable(file, "WARMVOICE_AUTH_TOKENS")).isNull();
        }
    }

    @Test
    void oneRedisKeepsTheRate() {
        JsonNode redis = deployment("redis");
        JsonNode service = document("redis", "Service");
        String address = "redis://" + service.at("/metadata/name").textValue() + ":"
                + service.at("/spec/ports/0/port").asText();

        assertThat(variable("deployment", "WARMVOICE_RATE_SHARED")).isEqualTo(address);
        assertThat(variable("knative", "WARMVOICE_RATE_SHARED")).isEqualTo(address);
        assertThat(redis.at("/spec/replicas").intValue()).isEqualTo(1);
        // A rolling update would have two for a while, each of which grants the whole rate.
        assertThat(redis.at("/spec/strategy/type").textValue()).isEqualTo("Recreate");
        assertThat(container("redis").path("image").textValue()).matches("[^ :]+:(?!latest)[^ ]+");
        assertThat(container("redis").path("args")).extracting(JsonNode::textValue)
                .containsSubsequence("--requirepass", "$(PASSWORD)");
        assertThat(document("redis", "NetworkPolicy").at("/spec/ingress/0/from/0/podSelector/matchLabels"))
                .isEqualTo(template("deployment").at("/metadata/labels"))
                .isEqualTo(template("knative").at("/metadata/labels"));
    }

    /** The process ignores a variable that it does not know. */
    @ParameterizedTest
    @ValueSource(strings = {"kubernetes/deployment.yaml", "kubernetes/knative.yaml", "fc/s.yaml", "fc/s-shared.yaml",
            "lambda/template.yaml", "lambda/template-streaming.yaml"})
    void variablesAreSettings(String file) throws IOException {
        Set<String> known = new HashSet<>();
        Pattern.compile("warmvoice\\.[a-z.-]+[a-z]").matcher(Files.readString(Path.of("docs", "configuration.md")))
                .results().forEach(key -> known.add(key.group().toUpperCase().replaceAll("[.-]", "_")));

        assertThat(Pattern.compile("\\bWARMVOICE_[A-Z_]+").matcher(Files.readString(Path.of("deploy").resolve(file)))
                .results().map(match -> match.group())).isNotEmpty()
                .filteredOn(name -> !name.equals("WARMVOICE_PORT")).isSubsetOf(known);
    }

    private static Object bind(JsonNode document) {
        String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
        assertThat(TYPES).containsKey(type);
        assertThat(document.at("/metadata/name").textValue()).matches("warmvoice(-redis)?");
        try {
            return YAML.treeToValue(document, TYPES.get(type));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collectObjects(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
            object.properties().stream().filter(field -> !isMap(field.getKey(), field.getValue()))
                    .forEach(field -> collectObjects(field.getValue(), objects));
        } else {
            node.forEach(element -> collectObjects(element, objects));
        }
    }

    /** A Service's selector is a map, others are objects with one. */
    private static boolean isMap(String name, JsonNode value) {
        return MAPS.contains(name) && !value.has("matchLabels");
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<JsonNode> documents(String file) {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                .readValues(FOLDER.resolve(file + ".yaml").toFile())) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode document(String file, String kind) {
        return documents(file).stream().filter(document -> document.path("kind").textValue().equals(kind)).findFirst()
                .orElseThrow();
    }

    private static JsonNode deployment(String file) {
        return document(file, "Deployment");
    }

    private static JsonNode revision() {
        return template("knative");
    }

    private static JsonNode template(String file) {
        return documents(file).get(0).at("/spec/template");
    }

    private static JsonNode container(String file) {
        JsonNode containers = template(file).at("/spec/containers");
        assertThat(containers).hasSize(1);
        return containers.path(0);
    }

    /** The value of a variable, or null if it comes from a secret. */
    private static String variable(String file, String name) {
        Stream<JsonNode> variables = StreamSupport.stream(container(file).path("env").spliterator(), false);
        return variables.filter(variable -> variable.path("name").textValue().equals(name)).findFirst().orElseThrow()
                .path("value").textValue();
    }

    private static int poolSize(String file) {
        return Integer.parseInt(variable(file, "WARMVOICE_POOL_SIZE"));
    }

    private static Duration shutdownTimeout(String file) {
        return Duration.parse("PT" + variable(file, "WARMVOICE_SHUTDOWN_TIMEOUT"));
    }
}
