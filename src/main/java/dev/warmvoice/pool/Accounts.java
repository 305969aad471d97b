package dev.warmvoice.pool;

import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** All accounts, as the settings say: the one of {@code warmvoice.dashscope.*}, or those of {@code warmvoice.upstreams.*}. */
@Singleton
public class Accounts {

    /** What a tag of a metric and a key in Redis can have, and the name of a variable in lower case. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    private final List<Account> all;

    /** @throws ConfigurationException with one sentence that names the settings */
    Accounts(DashscopeConfig dashscope, UpstreamsConfig upstreams) {
        if (upstreams.all().isEmpty()) {
            all = List.of(Account.unnamed(dashscope));
        } else {
            requireNothingElse(Account.unnamed(dashscope));
            all = upstreams.all().entrySet().stream().sorted(Comparator
                    .comparing((Map.Entry<String, UpstreamsConfig.Upstream> each) -> -each.getValue().weight())
                    .thenComparing(Map.Entry::getKey)).map(each -> named(each.getKey(), each.getValue())).toList();
        }
    }

    private static void requireNothingElse(Account unnamed) {
        AccountConfig config = unnamed.config();
        Map<String, Optional<?>> settings = Map.of("api-key", config.apiKey(), "api-key-file", config.apiKeyFile(),
                "api-key-command", config.apiKeyCommand(), "url", config.url(), "region", config.region(), "workspace",
                config.workspace());
        settings.entrySet().stream().filter(each -> each.getValue().isPresent()).map(Map.Entry::getKey).sorted()
                .findFirst().ifPresent(key -> {
                    throw new ConfigurationException(unnamed.settingOrVariable(key)
                            + " is set, and must not be together with warmvoice.upstreams.*, where each upstream has its"
                            + " own.");
                });
    }

    private static Account named(String name, UpstreamsConfig.Upstream config) {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigurationException("warmvoice.upstreams has the name \"" + name
                    + "\", and a name must be 1 to 32 lower-case letters, digits and hyphens.");
        }
        Account account = new Account(name, config, config.rate(), config.models().map(Set::copyOf).orElse(Set.of()));
        if (config.apiKey().isEmpty() && config.apiKeyFile().isEmpty() && config.apiKeyCommand().isEmpty()) {
            throw new ConfigurationException(account.setting("api-key") + " is missing, and so are "
                    + account.setting("api-key-file") + " and " + account.setting("api-key-command")
                    + ": one of them must be set.");
        }
        return account;
    }

    /** The most wanted first; at least one. */
    public List<Account> all() {
        return all;
    }

    /** Where the accounts are used: their addresses, in order. The same voice may sound different elsewhere. */
    public List<String> places() {
        return all.stream().map(account -> ServiceAddress.of(account).toString()).toList();
    }

    /** What the metrics of an account have in addition: nothing if it is the only one. */
    public Tags tags(Account account) {
        return all.size() == 1
                ? Tags.empty()
                : Tags.of("upstream", Objects.requireNonNull(account.name(), "each of several has a name"));
    }
}
