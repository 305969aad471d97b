package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of the deployment templates that need no deployment. */
class TemplatesTest {

    /** The default task rate of an account, in tasks a second. */
    private static final int ACCOUNT_RATE = 3;
    /** What the templates take for the mean time of a task where the rate is shared. */
    private static final int TASK_SECONDS = 8;
    /** The timeout of the function in a hook; the platform's must be longer. */
    private static final int HOOK_SECONDS = 8;

    private static final Path DEPLOY = Path.of("deploy");
    private static final Path WORKFLOWS = Path.of(".github", "workflows");
    private static final ObjectMapper YAML = new YAMLMapper();

    /** The platform's schema is not in this repository: {@code -Dfc3.schema=} names a copy. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void functionComputeTemplateMatchesTheSchema(boolean shared) throws IOException {
        String schema = System.getProperty("fc3.schema", "");
        assumeFalse(schema.isEmpty(), "no -Dfc3.schema");

        JsonNode rules = new ObjectMapper().readTree(Path.of(schema).toFile());
        // The schema does not forbid unknown properties itself, and would accept misspelt ones.
        ((ObjectNode) rules).put("additionalProperties", false);
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(rules)
                .validate(shared ? functionComputeShared() : functionCompute()))
                .isEmpty();
    }

    @Test
    void functionComputeStaysWithinTheAccountsRate() throws IOException {
        JsonNode function = functionCompute();
        JsonNode variables = function.path("environmentVariables");
        int instances = function.path("concurrencyConfig").path("reservedConcurrency").intValue();

        assertThat(instances * rate(variables)).isBetween(1, ACCOUNT_RATE);
        assertThat(function.path("instanceConcurrency").intValue()).isEqualTo(poolSize(variables));
    }

    @Test
    void functionComputeInstancesShareTheAccountsRate() throws IOException {
        JsonNode function = functionComputeShared();
        JsonNode variables = function.path("environmentVariables");
        int instances = function.path("concurrencyConfig").path("reservedConcurrency").intValue();

        assertThat(instances).isGreaterThan(1);
        assertThat(rate(variables)).isEqualTo(ACCOUNT_RATE);
        assertThat(instances * poolSize(variables)).isEqualTo(ACCOUNT_RATE * TASK_SECONDS);
        assertThat(function.path("instanceConcurrency").intValue()).isEqualTo(poolSize(variables));
        assertThat(variables.path("WARMVOICE_RATE_EXPECTED_INSTANCES").textValue()).isEqualTo("" + instances);
        assertThat(variables.path("WARMVOICE_RATE_SHARED").textValue()).isEqualTo("${env('WARMVOICE_RATE_SHARED')}");
        assertThat(function.path("vpcConfig").path("vSwitchIds")).isNotEmpty();
        // The service is not in the VPC.
        assertThat(function.path("internetAccess").booleanValue()).isTrue();
    }

    @Test
    void functionComputeRunsTheBinary() throws IOException {
        JsonNode function = functionCompute();

        // Older ones have a glibc too old for the binary.
        assertThat(function.path("runtime").textValue()).isEqualTo("custom.debian12");
        assertThat(function.path("code").textValue()).isEqualTo("../../target/fc.zip");
        assertThat(function.path("customRuntimeConfig").path("port").intValue()).isEqualTo(9000);
        assertThat(function.path("customRuntimeConfig").path("command").path(0).textValue())
                .isEqualTo("/code/bootstrap");
        assertThat(function.path("timeout").intValue()).isGreaterThanOrEqualTo(60);
        assertThat(function.path("memorySize").intValue()).isGreaterThanOrEqualTo(512);
        for (String hook : List.of("initializer", "preStop")) {
            assertThat(function.path("instanceLifecycleConfig").path(hook).path("timeout").intValue())
                    .isGreaterThan(HOOK_SECONDS);
        }
    }

    @Test
    void functionComputeAcceptsOnlySignedRequests() throws IOException {
        assertThat(functionCompute().path("triggers")).isNotEmpty()
                .allSatisfy(trigger -> assertThat(trigger.path("triggerConfig").path("authType").textValue())
                        .isEqualTo("function"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"template.yaml", "template-streaming.yaml"})
    void lambdaRunsTheBinary(String template) throws IOException {
        JsonNode function = lambda(template);

        assertThat(function.path("Runtime").textValue()).isEqualTo("provided.al2023");
        assertThat(function.path("CodeUri").textValue()).isEqualTo("../../target/function.zip");
        assertThat(function.path("Handler").textValue()).isEqualTo("not.used");
        assertThat(function.path("Architectures").path(0).textValue()).isEqualTo("x86_64");
        assertThat(function.path("MemorySize").intValue()).isGreaterThanOrEqualTo(512);
        assertThat(function.path("Timeout").intValue()).isGreaterThan(28);
        assertThat(function.path("FunctionUrlConfig").path("AuthType").textValue()).isEqualTo("AWS_IAM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"template.yaml", "template-streaming.yaml"})
    void lambdaStaysWithinTheAccountsRate(String template) throws IOException {
        JsonNode function = lambda(template, false);
        JsonNode variables = variables(function);

        assertThat(function.path("ReservedConcurrentExecutions").intValue() * rate(variables)).isEqualTo(ACCOUNT_RATE);
        // Lambda gives an instance one request at a time, so concurrency limits the rate.
        assertThat(poolSize(variables)).isEqualTo(1);
        for (String name : List.of("WARMVOICE_RATE_SHARED", "WARMVOICE_RATE_EXPECTED_INSTANCES")) {
            assertThat(variables.path(name).textValue()).isEqualTo("AWS::NoValue");
        }
        assertThat(function.path("VpcConfig").textValue()).isEqualTo("AWS::NoValue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"template.yaml", "template-streaming.yaml"})
    void lambdaInstancesShareTheAccountsRate(String template) throws IOException {
        JsonNode function = lambda(template, true);
        JsonNode variables = variables(function);
        int instances = function.path("ReservedConcurrentExecutions").intValue();

        assertThat(rate(variables)).isEqualTo(ACCOUNT_RATE);
        assertThat(instances * poolSize(variables)).isEqualTo(ACCOUNT_RATE * TASK_SECONDS);
        assertThat(variables.path("WARMVOICE_RATE_EXPECTED_INSTANCES").intValue()).isEqualTo(instances);
        assertThat(variables.path("WARMVOICE_RATE_SHARED").textValue())
                .isEqualTo("{{resolve:secretsmanager:${SharedRateSecret}}}");
        assertThat(function.path("VpcConfig").fieldNames()).toIterable()
                .containsExactly("SubnetIds", "SecurityGroupIds");
    }

    /** CloudFormation rejects a template with others; the parser here drops its tags. */
    @ParameterizedTest
    @ValueSource(strings = {"template.yaml", "template-streaming.yaml"})
    void lambdaReferencesWhatThereIs(String template) throws IOException {
        String text = Files.readString(DEPLOY.resolve("lambda").resolve(template));
        JsonNode root = YAML.readTree(text);

        assertThat(captures("!Ref ([\\w:]+)|\\$\\{(\\w+)}", text)).contains("Instances", "SubnetIds").allMatch(
                name -> root.path("Parameters").has(name) || root.path("Resources").has(name)
                        || name.equals("AWS::NoValue"));
        assertThat(captures("!If(?:\\s+-\\s+| \\[)(\\w+)", text)).contains("Shared", "InVpc")
                .allMatch(root.path("Conditions")::has);
    }

    @Test
    void lambdaAnswersBeforeItsTimeout() throws IOException {
        JsonNode function = lambda("template.yaml");
        Duration own = Duration.parse("PT" + variables(function).path("WARMVOICE_LAMBDA_TIME_LIMIT").textValue());

        assertThat(function.path("FunctionUrlConfig").path("InvokeMode").textValue()).isEqualTo("BUFFERED");
        assertThat(Duration.ofSeconds(function.path("Timeout").intValue())).isGreaterThan(own);
    }

    /** Any of the adapter's variables would make the binary wait for an adapter that is not there. */
    @Test
    void lambdaWithoutTheAdapterHasNoAdapterVariables() throws IOException {
        JsonNode function = lambda("template.yaml");

        assertThat(function.has("Layers")).isFalse();
        assertThat(variables(function).fieldNames()).toIterable()
                .noneMatch(name -> name.startsWith("AWS_L"));
    }

    @Test
    void streamingLambdaNeedsNoLayer() throws IOException {
        JsonNode function = lambda("template-streaming.yaml");
        JsonNode variables = variables(function);

        assertThat(function.has("Layers")).isFalse();
        assertThat(function.path("FunctionUrlConfig").path("InvokeMode").textValue()).isEqualTo("RESPONSE_STREAM");
        assertThat(variables.path("WARMVOICE_LAMBDA_INVOKE_MODE").textValue()).isEqualTo("RESPONSE_STREAM");
        assertThat(variables.fieldNames()).toIterable().noneMatch(name -> name.startsWith("AWS_L"));
    }

    @Test
    void templatesContainNoKey() throws IOException {
        assertThat(functionCompute().path("environmentVariables").path("DASHSCOPE_API_KEY").textValue())
                .isEqualTo("${env('DASHSCOPE_API_KEY')}");
        for (String template : List.of("template.yaml", "template-streaming.yaml")) {
            assertThat(variables(lambda(template)).path("DASHSCOPE_API_KEY").textValue())
                    .matches("\\{\\{resolve:secretsmanager:[^:]+}}");
        }
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern("\\bsk-\\w"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "Dockerfile.jvm"})
    void imageIsPinnedAndDoesNotRunAsRoot(String name) throws IOException {
        String file = Files.readString(DEPLOY.resolve("container").resolve(name));
        List<String> bases = instructions("FROM", file).stream().filter(base -> !base.startsWith("base")).toList();
        List<String> users = instructions("USER", file.substring(file.lastIndexOf(bases.get(bases.size() - 1))));

        assertThat(bases).hasSize(2).allSatisfy(base -> assertThat(base).matches("[^ :]+:(?!latest)[^ ]+( AS \\w+)?"));
        assertThat(users).singleElement().asString().matches("[1-9]\\d*");
        assertThat(instructions("ADD", file)).isEmpty();
    }

    /** An allowlist excludes keys in a .env file and binaries of another machine by default. */
    @Test
    void imageContextContainsOnlyBuildInputs() throws IOException {
        assertThat(Files.readAllLines(Path.of(".dockerignore")).stream().filter(line -> !line.startsWith("#")))
                .containsExactly("*", "!.mvn", "!etc", "!mvnw", "!pom.xml", "!src");
    }

    @Test
    void workflowBuildsForBothArchitectures() throws IOException {
        JsonNode job = workflow("binary").path("jobs").path("binary");

        assertThat(job.path("strategy").path("matrix").path("include"))
                .extracting(leg -> leg.path("architecture").textValue() + " on " + leg.path("runner").textValue())
                .containsExactly("x86_64 on ubuntu-24.04", "arm64 on ubuntu-24.04-arm");
        assertThat(job.path("runs-on").textValue()).isEqualTo("${{ matrix.runner }}");
        // Lambda's glibc.
        assertThat(job.path("steps").findValuesAsText("run"))
                .anyMatch(command -> command.startsWith("./mvnw -B verify -Dnative ")
                        && command.contains("/ubi9-quarkus-mandrel-builder-image:"));
        assertThat(job.path("steps").findValuesAsText("path").toString()).contains("target/function.zip",
                "target/*-runner", "target/warmvoice.cdx.json");
    }

    @Test
    void everyPushRunsTheTestsOfTheJarAndOfTheBinary() throws IOException {
        JsonNode jobs = workflow("ci").path("jobs");
        assertThat(jobs.path("jvm").path("steps").findValuesAsText("run")).contains("./mvnw -B verify");
        assertThat(jobs.path("binary").path("uses").textValue()).isEqualTo("./.github/workflows/binary.yml");
    }

    @Test
    void everyPushRunsTheClientsOnTheJarAndOnTheBinary() {
        assertThat(workflow("ci").path("jobs").path("jvm").path("steps").findValuesAsText("run"))
                .containsSubsequence("./mvnw -B verify", "clients/run");
        assertThat(workflow("binary").path("jobs").path("binary").path("steps").findValuesAsText("run"))
                .last().isEqualTo("clients/run");
    }

    @Test
    void actionsArePinnedByCommit() throws IOException {
        try (Stream<Path> workflows = Files.list(WORKFLOWS)) {
            assertThat(workflows.flatMap(file -> read(file).findValuesAsText("uses").stream()))
                    .isNotEmpty().allMatch(action -> action.startsWith("./") || action.matches(".+@[0-9a-f]{40}"));
        }
    }

    @Test
    void releaseNeedsTheTestedBinaries() throws IOException {
        JsonNode jobs = workflow("release").path("jobs");
        assertThat(jobs.path("binary").path("uses").textValue()).isEqualTo("./.github/workflows/binary.yml");
        assertThat(jobs.path("publish").path("needs").textValue()).isEqualTo("binary");
        assertThat(jobs.path("publish").path("steps").findValuesAsText("run").toString()).contains("sha256sum",
                "gh release create", "deploy/container/Dockerfile.native");
    }

    private static JsonNode workflow(String name) {
        return read(WORKFLOWS.resolve(name + ".yml"));
    }

    private static JsonNode read(Path yaml) {
        try {
            return YAML.readTree(yaml.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void packageAcceptsAnX86Binary(@TempDir Path root) throws Exception {
        Path zip = zip(root, "bootstrap", elf(0x3e));

        assertThat(runPackage(root)).isEmpty();
        assertThat(root.resolve("target/fc.zip")).hasSameBinaryContentAs(zip);
    }

    @Test
    void packageReportsInOneSentenceWhatIsMissing(@TempDir Path root) throws Exception {
        assertThat(runPackage(root)).matches("There is no target/function.zip: [^.]+\\./mvnw [^.]+\\.\n");
        zip(root, "lib/warmvoice.jar", elf(0x3e));
        assertThat(runPackage(root)).matches("target/function.zip holds no native binary: [^.]+\\./mvnw [^.]+\\.\n");
        zip(root, "bootstrap", "#!/bin/sh\nexec java -jar warmvoice.jar\n".getBytes());
        assertThat(runPackage(root)).matches("target/function.zip holds no native binary: [^.]+\\./mvnw [^.]+\\.\n");
        zip(root, "bootstrap", elf(0xb7));
        assertThat(runPackage(root)).matches("The binary in target/function.zip is not for x86-64, [^.]+\\.\n");
        assertThat(root.resolve("target/fc.zip")).doesNotExist();
    }

    private static JsonNode functionCompute() throws IOException {
        return YAML.readTree(DEPLOY.resolve("fc/s.yaml").toFile()).path("resources").path("warmvoice").path("props");
    }

    /** Serverless Devs merges objects and replaces everything else. */
    private static JsonNode functionComputeShared() throws IOException {
        JsonNode template = YAML.readTree(DEPLOY.resolve("fc/s-shared.yaml").toFile());
        assertThat(template.path("extend").textValue()).isEqualTo("s.yaml");
        return YAML.readerForUpdating(functionCompute())
                .readValue(template.path("resources").path("warmvoice").path("props"));
    }

    /** As it is deployed by default. */
    private static JsonNode lambda(String template) throws IOException {
        return lambda(template, false);
    }

    /** With default parameters and all conditions as given. */
    private static JsonNode lambda(String template, boolean conditions) throws IOException {
        JsonNode root = YAML.readTree(DEPLOY.resolve("lambda").resolve(template).toFile());
        return resolve(root.path("Resources").path("Warmvoice").path("Properties"), root, conditions);
    }

    private static JsonNode resolve(JsonNode node, JsonNode root, boolean conditions) {
        if (node.isArray() && root.path("Conditions").has(node.path(0).asText())) {
            return resolve(node.path(conditions ? 1 : 2), root, conditions);
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(resolve(field.getValue(), root, conditions)));
        }
        JsonNode byDefault = root.path("Parameters").path(node.asText()).path("Default");
        return byDefault.isMissingNode() ? node : byDefault;
    }

    private static List<String> captures(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results()
                .map(match -> match.group(1) == null ? match.group(match.groupCount()) : match.group(1)).toList();
    }

    private static JsonNode variables(JsonNode function) {
        return function.path("Environment").path("Variables");
    }

    private static int rate(JsonNode variables) {
        return Integer.parseInt(variables.path("WARMVOICE_RATE_PER_SECOND").asText());
    }

    private static int poolSize(JsonNode variables) {
        return Integer.parseInt(variables.path("COSYVOICE_OBJECTPOOL_SIZE").textValue());
    }

    private static List<String> instructions(String name, String file) {
        return file.lines().filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1)).toList();
    }

    /** The header of a 64-bit little-endian executable, padded beyond the capacity of a pipe. */
    private static byte[] elf(int machine) {
        byte[] binary = new byte[1 << 17];
        System.arraycopy(new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, binary, 0, 7);
        binary[18] = (byte) machine;
        return binary;
    }

    private static Path zip(Path root, String entry, byte[] content) throws IOException {
        Path zip = Files.createDirectories(root.resolve("target")).resolve("function.zip");
        try (OutputStream file = Files.newOutputStream(zip); ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry(entry));
            out.write(content);
        }
        return zip;
    }

    /** Runs a copy of the script, which finds its repository by its own path, and returns its output. */
    private static String runPackage(Path root) throws IOException, InterruptedException {
        Path script = Files.createDirectories(root.resolve("deploy/fc")).resolve("package");
        if (!Files.exists(script)) {
            Files.copy(DEPLOY.resolve("fc/package"), script);
        }
        Process process = new ProcessBuilder(script.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isEqualTo(said.isEmpty() ? 0 : 1);
        return said;
    }
}
