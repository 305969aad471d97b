package dev.warmvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.warmvoice.host.FunctionComputeConfig;
import dev.warmvoice.host.LambdaConfig;
import dev.warmvoice.http.auth.AuthConfig;
import dev.warmvoice.http.captions.CaptionsConfig;
import dev.warmvoice.http.live.LiveConfig;
import dev.warmvoice.http.server.ServerConfig;
import dev.warmvoice.http.usage.UsageConfig;
import dev.warmvoice.pool.DashscopeConfig;
import dev.warmvoice.pool.PoolConfig;
import dev.warmvoice.pool.UpstreamsConfig;
import dev.warmvoice.pool.rate.RateConfig;
import dev.warmvoice.pool.upstream.FallbackConfig;
import dev.warmvoice.speech.SpeechConfig;
import dev.warmvoice.speech.TaskConfig;
import dev.warmvoice.speech.TracesConfig;
import dev.warmvoice.speech.cache.CacheConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of every setting, and the error message for a value outside them. */
class SettingsTest {

    private static final List<Class<?>> MAPPINGS = List.of(DashscopeConfig.class, UpstreamsConfig.class,
            FallbackConfig.class, SpeechConfig.class, PoolConfig.class,
            RateConfig.class, TaskConfig.class, LiveConfig.class, CaptionsConfig.class, AuthConfig.class,
            LambdaConfig.class, UsageConfig.class, CacheConfig.class, TracesConfig.class,
            FunctionComputeConfig.class, ServerConfig.class);

    /** The numeric and duration keys, each with its min and max. */
    private static final Map<String, List<String>> BOUNDS = Map.ofEntries(
            bounds("warmvoice.dashscope.api-key-refresh", "1s", "60m"),
            bounds("warmvoice.upstreams.<name>.rate", "0", "10000"),
            bounds("warmvoice.upstreams.<name>.weight", "0", "1000"),
            bounds("warmvoice.pool.size", "1", "2000"),
            bounds("warmvoice.pool.max-idle", "1s", "60s"),
            bounds("warmvoice.pool.acquire-timeout", "10ms", "60s"),
            bounds("warmvoice.pool.max-waiting", "0", "100000"),
            bounds("warmvoice.pool.overflow", "0", "2000"),
            bounds("warmvoice.pool.opening", "1", "100"),
            bounds("warmvoice.pool.unauthorized-retry", "1s", "60m"),
            bounds("warmvoice.pool.ping-interval", "0ms", "60s"),
            bounds("warmvoice.pool.suspension-gap", "500ms", "60s"),
            bounds("warmvoice.rate.per-second", "0", "10000"),
            bounds("warmvoice.rate.shared-timeout", "5ms", "5s"),
            bounds("warmvoice.rate.expected-instances", "1", "10000"),
            bounds("warmvoice.task.connect-timeout", "100ms", "60s"),
            bounds("warmvoice.task.start-timeout", "100ms", "60s"),
            bounds("warmvoice.task.first-audio-timeout", "100ms", "10m"),
            bounds("warmvoice.task.stall-timeout", "100ms", "10m"),
            bounds("warmvoice.task.text-timeout", "100ms", "22s"),
            bounds("warmvoice.live.ping-interval", "100ms", "10m"),
            bounds("warmvoice.captions.keep", "1s", "60m"),
            bounds("warmvoice.captions.max-megabytes", "1", "1024"),
            bounds("warmvoice.cache.size-bytes", "0", "2000000000"),
            bounds("warmvoice.cache.ttl", "1s", "720h"),
            bounds("warmvoice.cache.max-text", "1", "2000"),
            bounds("warmvoice.cache.shared-timeout", "5ms", "5s"),
            bounds("warmvoice.auth.streams-per-token", "1", "100000"),
            bounds("warmvoice.auth.rate-per-token", "1", "100000"),
            bounds("warmvoice.lambda.time-limit", "100ms", "15m"),
            bounds("warmvoice.function-compute.hook-timeout", "100ms", "5m"),
            bounds("warmvoice.shutdown.timeout", "0ms", "15m"));

    /** Keys of text, enums and booleans, and those bounded by another key, see {@code ProcessIT}. */
    private static final Set<String> OTHERS = Set.of("warmvoice.dashscope.api-key",
            "warmvoice.dashscope.api-key-file", "warmvoice.dashscope.api-key-command", "warmvoice.dashscope.url",
            "warmvoice.dashscope.region", "warmvoice.dashscope.workspace", "warmvoice.upstreams.<name>.api-key",
            "warmvoice.upstreams.<name>.api-key-file", "warmvoice.upstreams.<name>.api-key-command",
            "warmvoice.upstreams.<name>.url",
            "warmvoice.upstreams.<name>.region", "warmvoice.upstreams.<name>.workspace",
            "warmvoice.upstreams.<name>.models",
            "warmvoice.fallback.models", "warmvoice.speech.model",
            "warmvoice.speech.voice",
            "warmvoice.speech.format", "warmvoice.pool.prefetch", "warmvoice.rate.shared",
            "warmvoice.rate.account", "warmvoice.auth.tokens", "warmvoice.auth.tokens.<name>.token",
            "warmvoice.auth.tokens.<name>.characters-per-day", "warmvoice.auth.tokens.<name>.shared-cache",
            "warmvoice.cache.preload", "warmvoice.traces.endpoint", "warmvoice.cache.shared", "warmvoice.cache.secret",
            "warmvoice.page.enabled",
            "warmvoice.usage.log", "warmvoice.lambda.invoke-mode", "warmvoice.metrics.enabled",
            "warmvoice.openapi.enabled");

    private static final ValidatorFactory VALIDATORS = Validation.buildDefaultValidatorFactory();

    @AfterAll
    static void close() {
        VALIDATORS.close();
    }

    @Test
    void everySettingIsDocumentedOnceWithItsBounds() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs", "configuration.md")).stream()
                .filter(line -> line.startsWith("| `") || line.startsWith("| –")).toList();
        for (String key : OTHERS) {
            assertThat(rows).as(key).filteredOn(row -> row.contains("`" + key + "`")).hasSize(1);
        }
        BOUNDS.forEach((key, bounds) -> {
            String min = bounds.get(0).equals("0ms") ? "0s" : bounds.get(0);
            String documented = min + " to " + bounds.get(1);
            assertThat(rows).as(key).filteredOn(row -> row.startsWith("| `" + key + "`")).singleElement().asString()
                    .contains("| " + documented + " |");
        });
    }

    @Test
    void everySettingIsInTheTable() {
        Set<String> keys = new TreeSet<>();
        for (Class<?> mapping : MAPPINGS) {
            ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet()
                    .forEach(key -> keys.add(key.replace(".*.", ".<name>.")));
        }
        keys.removeIf(key -> key.endsWith("[*]"));
        Set<String> known = new TreeSet<>(OTHERS);
        known.addAll(BOUNDS.keySet());
        assertThat(keys).isEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0", "1", "ten", "5 parsecs", "PT-1S", "PT10000000H", "PT9999999999999999999H",
            "2147483647", "99999999999"})
    void invalidValuesGiveAtMostOneErrorPerKey(String value) {
        BOUNDS.forEach((key, bounds) -> {
            List<String> said = said(key, value);
            assertThat(said).as(key).hasSizeLessThanOrEqualTo(1)
                    .allMatch(sentence -> sentence.startsWith(key + " is ") && sentence.endsWith("."));
            if (value.matches("(PT)?\\d{9}.*|PT-.*|[a-z].*|5 .*|-.*")) {
                assertThat(said).as(key).hasSize(1);
            }
        });
    }

    @Test
    void acceptsEachBoundAndRejectsValuesBeyondIt() {
        BOUNDS.forEach((key, bounds) -> {
            String least = bounds.get(0);
            String most = bounds.get(1);
            assertThat(said(key, least)).as(key).isEmpty();
            assertThat(said(key, most)).as(key).isEmpty();
            assertThat(said(key, beyond(least, -1))).as(key).containsExactly(
                    key + " is " + beyond(least, -1) + " and must be at least " + least + ".");
            assertThat(said(key, beyond(most, 1))).as(key).containsExactly(
                    key + " is " + beyond(most, 1) + " and must be at most " + most + ".");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "warmvoice.pool.unauthorized-retry;0s;warmvoice.pool.unauthorized-retry is PT0S and must be at least 1s.",
            "warmvoice.pool.max-idle;PT10000000H;warmvoice.pool.max-idle is PT10000000H and must be at most 60s.",
            "warmvoice.pool.max-idle;soon;"
                    + "warmvoice.pool.max-idle is \"soon\" and must be a duration such as 500ms, 10s or 5m.",
            "warmvoice.pool.max-idle;'';warmvoice.pool.max-idle is empty and must have a value.",
            "warmvoice.pool.overflow;many;warmvoice.pool.overflow is \"many\" and must be a 32-bit integer.",
            "warmvoice.pool.prefetch;-1;warmvoice.pool.prefetch is -1 and must be at least 0.",
            "warmvoice.speech.format;aac;warmvoice.speech.format is \"aac\" and must be one of mp3, opus, pcm, wav.",
            "warmvoice.speech.voice;'';warmvoice.speech.voice is empty and must have a value.",
            "warmvoice.page.enabled;ture;warmvoice.page.enabled is \"ture\" and must be one of true, false.",
            "warmvoice.dashscope.url;://secret@;warmvoice.dashscope.url has a value that cannot be read.",
            "warmvoice.dashscope.api-key;sécret;"
                    + "warmvoice.dashscope.api-key has a character that is not visible ASCII.",
            "warmvoice.dashscope.region;us-east-1;"
                    + "warmvoice.dashscope.region is \"us-east-1\" and must be one of cn-beijing, ap-southeast-1.",
            "warmvoice.dashscope.workspace;sécret;"
                    + "warmvoice.dashscope.workspace has a character that is not visible ASCII.",
            "warmvoice.upstreams.intl.region;us-east-1;warmvoice.upstreams.intl.region is \"us-east-1\" and must be one of"
                    + " cn-beijing, ap-southeast-1.",
            "warmvoice.upstreams.intl.api-key;sécret;"
                    + "warmvoice.upstreams.intl.api-key has a character that is not visible ASCII.",
            "warmvoice.upstreams.intl.kee;secret;warmvoice.upstreams.intl.kee is not a setting.",
            "warmvoice.fallback.models;cosyvoice-v3-plus;warmvoice.fallback.models[0] must be model:fallback, each of 1 to"
                    + " 128 characters of visible ASCII.",
            "warmvoice.pool.sise;3;warmvoice.pool.sise is not a setting.",
            "warmvoice.colour;blue;warmvoice.colour is not a setting."})
    void rejectsAnInvalidValueInOneSentence(String key, String value, String sentence) {
        assertThat(said(key, value)).containsExactly(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warmvoice.speech.model", "warmvoice.speech.voice"})
    void nameLengthLimitMatchesTheRequestLimit(String key) {
        assertThat(said(key, "v".repeat(128))).isEmpty();
        assertThat(said(key, "v".repeat(129))).containsExactly(key + " must have 1 to 128 characters.");
    }

    @Test
    void errorNamesTheVendorVariableThatSetTheValue() {
        Map<String, String> environment = Map.of("COSYVOICE_OBJECTPOOL_SIZE", "3000");
        assertThat(said(Map.of("warmvoice.pool.size", "3000"), environment)).containsExactly(
                "warmvoice.pool.size (COSYVOICE_OBJECTPOOL_SIZE) is 3000 and must be at most 2000.");
        assertThat(said(Map.of("warmvoice.pool.size", "0"), environment)).containsExactly(
                "warmvoice.pool.size is 0 and must be at least 1.");
    }

    @Test
    void reportsAllInvalidSettings() {
        assertThat(said(Map.of("warmvoice.pool.overflow", "-1", "warmvoice.task.text-timeout", "30s"), Map.of()))
                .containsExactlyInAnyOrder("warmvoice.pool.overflow is -1 and must be at least 0.",
                        "warmvoice.task.text-timeout is PT30S and must be at most 22s.");
    }

    @Test
    void defaultsAreWithinTheirBounds() {
        assertThatCode(() -> read(Map.of())).doesNotThrowAnyException();
    }

    private static Map.Entry<String, List<String>> bounds(String key, String least, String most) {
        return Map.entry(key, List.of(least, most));
    }

    /** The adjacent value; for a duration, one nanosecond away. */
    private static String beyond(String bound, int by) {
        return bound.matches("\\d+")
                ? Integer.toString(Integer.parseInt(bound) + by)
                : duration(bound).plusNanos(by).toString();
    }

    private static Duration duration(String bound) {
        long number = Long.parseLong(bound.replaceAll("\\D", ""));
        return bound.endsWith("ms")
                ? Duration.ofMillis(number)
                : bound.endsWith("h")
                        ? Duration.ofHours(number)
                        : bound.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
    }

    private static List<String> said(String key, String value) {
        return said(Map.of(key, value), Map.of());
    }

    private static List<String> said(Map<String, String> settings, Map<String, String> environment) {
        try {
            read(settings);
            return List.of();
        } catch (ConfigValidationException e) {
            return StartFailure.sentences(e, environment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the settings as Quarkus does at startup, without Quarkus' own keys. */
    private static void read(Map<String, String> settings) throws IOException {
        Map<String, String> defaults = new PropertiesConfigSource(
                SettingsTest.class.getResource("/application.properties")).getProperties();
        Map<String, String> ours = new HashMap<>(defaults);
        ours.keySet().removeIf(key -> !key.startsWith("warmvoice."));
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDiscoveredConverters().addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(ours, "defaults", 100))
                .withSources(new PropertiesConfigSource(settings, "settings", 500))
                .withValidator(new MappingValidator());
        MAPPINGS.forEach(builder::withMapping);
        builder.build();
    }

    private static final class MappingValidator implements BeanValidationConfigValidator {

        @Override
        public Validator getValidator() {
            return VALIDATORS.getValidator();
        }
    }
}
