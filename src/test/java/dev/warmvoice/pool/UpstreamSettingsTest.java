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
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the settings {@code warmvoice.upstreams.*}, together with those of {@code warmvoice.dashscope.*}. */
class UpstreamSettingsTest {

    @Test
    void thereIsOneAccountWithoutUpstreams() {
        Accounts accounts = TestAccounts.all(Map.of("warmvoice.dashscope.api-key", "sk-1"));
        assertThat(accounts.all()).singleElement().satisfies(only -> {
            assertThat(only.name()).isNull();
            assertThat(only.rate()).isEmpty();
            assertThat(only.models()).isEmpty();
            assertThat(accounts.tags(only)).isEqualTo(Tags.empty());
        });
    }

    @Test
    void theHighestWeightComesFirstAndThenTheFirstName() {
        Map<String, String> settings = new HashMap<>();
        for (String name : new String[]{"b", "a", "d", "c"}) {
            settings.put("warmvoice.upstreams." + name + ".api-key", "sk-" + name);
        }
        settings.put("warmvoice.upstreams.d.weight", "2");
        settings.put("warmvoice.upstreams.c.weight", "1");
        Accounts accounts = TestAccounts.all(settings);
        assertThat(accounts.all()).extracting(Account::name).containsExactly("d", "c", "a", "b");
        assertThat(accounts.tags(accounts.all().get(0))).isEqualTo(Tags.of("upstream", "d"));
    }

    @Test
    void eachHasItsOwnAddressRateAndModels() {
        Account account = TestAccounts.all(Map.of("warmvoice.upstreams.intl.api-key", "sk-1",
                "warmvoice.upstreams.intl.region", "ap-southeast-1", "warmvoice.upstreams.intl.workspace", "llm-1",
                "warmvoice.upstreams.intl.rate", "0", "warmvoice.upstreams.intl.models", "one,two")).all().get(0);
        assertThat(ServiceAddress.of(account))
                .hasToString("wss://llm-1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1/inference/");
        assertThat(account.rate()).hasValue(0);
        assertThat(account.models()).containsExactlyInAnyOrder("one", "two");
        assertThat(account).asString().doesNotContain("sk-1");
    }

    @Test
    void variablesNameUpstreams() {
        SmallRyeConfig config = TestAccounts.builder().withSources(new EnvConfigSource(Map.of(
                "WARMVOICE_UPSTREAMS_INTL_API_KEY", "sk-1", "WARMVOICE_UPSTREAMS_INTL_REGION", "ap-southeast-1",
                "WARMVOICE_UPSTREAMS_CN_API_KEY", "sk-2", "WARMVOICE_UPSTREAMS_CN_WEIGHT", "1"), 300)).build();
        assertThat(TestAccounts.all(config).all()).extracting(Account::name).containsExactly("cn", "intl");
        assertThat(TestAccounts.all(config).all().get(1).config().apiKey()).hasValue("sk-1");
    }

    @Test
    void aKeyMayComeFromACommand() {
        Account account = TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key-command", "echo sk-of-command"))
                .all().get(0);
        Rereading rereading = new Rereading(Duration.ofMinutes(1), Clocks.SYSTEM,
                new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)), new InlineWorkers(), new SimpleMeterRegistry(),
                Tags.empty());
        assertThat(KeySettings.keys(account, rereading).current()).isEqualTo("sk-of-command");
        Account broken = TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key-command", "false")).all().get(0);
        assertThatThrownBy(() -> KeySettings.keys(broken, rereading)).isInstanceOf(ConfigurationException.class)
                .hasMessage("warmvoice.upstreams.a.api-key-command ended with exit code 1.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "warmvoice.dashscope.api-key;sk-2;warmvoice.dashscope.api-key (or DASHSCOPE_API_KEY) is set, and must not be"
                    + " together with warmvoice.upstreams.*, where each upstream has its own.",
            "warmvoice.dashscope.region;cn-beijing;warmvoice.dashscope.region is set, and must not be together with"
                    + " warmvoice.upstreams.*, where each upstream has its own.",
            "warmvoice.upstreams.b.weight;1;warmvoice.upstreams.b.api-key is missing, and so are"
                    + " warmvoice.upstreams.b.api-key-file and warmvoice.upstreams.b.api-key-command: one of them must be"
                    + " set.",
            "warmvoice.upstreams.B_1.api-key;sk-2;warmvoice.upstreams has the name \"B_1\", and a name must be 1 to 32"
                    + " lower-case letters, digits and hyphens."})
    void wrongCombinationsAreRejectedInOneSentence(String key, String value, String sentence) {
        assertThatThrownBy(() -> TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key", "sk-1", key, value)))
                .isInstanceOf(ConfigurationException.class).hasMessage(sentence);
    }

    @Test
    void errorsNameTheUpstream() {
        Account account = TestAccounts.all(Map.of("warmvoice.upstreams.a.api-key", "sk-1",
                "warmvoice.upstreams.a.region", "cn-beijing", "warmvoice.upstreams.a.url", "wss://localhost/")).all()
                .get(0);
        assertThatThrownBy(() -> ServiceAddress.of(account)).isInstanceOf(ConfigurationException.class)
                .hasMessage("warmvoice.upstreams.a.url and warmvoice.upstreams.a.region are both set, and only one of"
                        + " them may be.");
    }
}
