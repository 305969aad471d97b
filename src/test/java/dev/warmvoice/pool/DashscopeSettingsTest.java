package dev.warmvoice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.pool.key.ApiKeys.Rereading;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.InlineWorkers;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the settings {@code warmvoice.dashscope.*} together. */
class DashscopeSettingsTest {

    private static final String SEVERAL_KEYS = "More than one of warmvoice.dashscope.api-key (or DASHSCOPE_API_KEY),"
            + " warmvoice.dashscope.api-key-file and warmvoice.dashscope.api-key-command is set, and only one of them may"
            + " be.";

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"-,-,-,wss://dashscope.aliyuncs.com/api-ws/v1/inference/",
            "-,ws-1,-,wss://dashscope.aliyuncs.com/api-ws/v1/inference/",
            "cn-beijing,-,-,wss://dashscope.aliyuncs.com/api-ws/v1/inference/",
            "ap-southeast-1,-,-,wss://dashscope-intl.aliyuncs.com/api-ws/v1/inference/",
            "cn-beijing,llm-1,-,wss://llm-1.cn-beijing.maas.aliyuncs.com/api-ws/v1/inference/",
            "ap-southeast-1,' llm-1\n',-,wss://llm-1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1/inference/",
            "-,ws-1,wss://localhost:9000/x?y=z,wss://localhost:9000/x?y=z"})
    void urlFollowsFromRegionAndWorkspace(String region, String workspace, String url, String expected) {
        assertThat(ServiceAddress.of(TestAccounts.unnamed(settings(region, workspace, url)))).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = ';', value = {
            "cn-beijing;-;wss://localhost/;warmvoice.dashscope.url (or DASHSCOPE_WEBSOCKET_BASE_URL) and"
                    + " warmvoice.dashscope.region are both set, and only one of them may be.",
            "-;-;http://u:secret@localhost/;warmvoice.dashscope.url has the scheme \"http\" and must begin with ws:// or"
                    + " wss:// and a host.",
            "cn-beijing;evil.example/;-;warmvoice.dashscope.workspace (or DASHSCOPE_WORKSPACE_ID) becomes part of a host"
                    + " name, since warmvoice.dashscope.region is set, and must be 1 to 63 letters, digits and hyphens.",
            "cn-beijing;-x;-;warmvoice.dashscope.workspace (or DASHSCOPE_WORKSPACE_ID) becomes part of a host"
                    + " name, since warmvoice.dashscope.region is set, and must be 1 to 63 letters, digits and hyphens."})
    void contradictionsAreRejectedInOneSentence(String region, String workspace, String url, String sentence) {
        assertThatThrownBy(() -> ServiceAddress.of(TestAccounts.unnamed(settings(region, workspace, url))))
                .isInstanceOf(ConfigurationException.class).hasMessage(sentence);
    }

    @Test
    void atMostOnePlaceHasTheKey(@TempDir Path folder) throws Exception {
        String file = Files.writeString(folder.resolve("key"), "sk-of-file\n").toString();
        assertThat(key(Map.of("warmvoice.dashscope.api-key", "sk-fixed"))).isEqualTo("sk-fixed");
        assertThat(key(Map.of("warmvoice.dashscope.api-key-file", file))).isEqualTo("sk-of-file");
        assertThat(key(Map.of("warmvoice.dashscope.api-key-command", "echo sk-of-command"))).isEqualTo("sk-of-command");
        assertThat(key(Map.of())).isEmpty();
        assertThatThrownBy(() -> key(Map.of("warmvoice.dashscope.api-key", "sk-fixed",
                "warmvoice.dashscope.api-key-file", file))).hasMessage(SEVERAL_KEYS);
        assertThatThrownBy(() -> key(Map.of("warmvoice.dashscope.api-key-file", file,
                "warmvoice.dashscope.api-key-command", "echo sk-of-command"))).hasMessage(SEVERAL_KEYS);
    }

    @Test
    void doesNotStartWithoutTheKeyInItsPlace(@TempDir Path folder) throws Exception {
        String empty = Files.createFile(folder.resolve("key")).toString();
        assertThatThrownBy(() -> key(Map.of("warmvoice.dashscope.api-key-file", empty)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("warmvoice.dashscope.api-key-file gives an empty key.");
        assertThatThrownBy(() -> key(Map.of("warmvoice.dashscope.api-key-file", empty + "-missing")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("warmvoice.dashscope.api-key-file names no file.");
        assertThatThrownBy(() -> key(Map.of("warmvoice.dashscope.api-key-command", "false")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("warmvoice.dashscope.api-key-command ended with exit code 1.");
    }

    private static String key(Map<String, String> settings) {
        Rereading rereading = new Rereading(Duration.ofMinutes(1), Clocks.SYSTEM,
                new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)), new InlineWorkers(), new SimpleMeterRegistry(),
                Tags.empty());
        return KeySettings.keys(TestAccounts.unnamed(settings), rereading).current();
    }

    private static Map<String, String> settings(String region, String workspace, String url) {
        Map<String, String> settings = new HashMap<>();
        settings.put("warmvoice.dashscope.region", region);
        settings.put("warmvoice.dashscope.workspace", workspace);
        settings.put("warmvoice.dashscope.url", url);
        settings.values().removeIf(value -> value == null);
        return settings;
    }
}
