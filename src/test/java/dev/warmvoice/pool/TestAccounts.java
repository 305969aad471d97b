package dev.warmvoice.pool;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Accounts as settings make them. */
final class TestAccounts {

    private TestAccounts() {
    }

    /** The one of {@code warmvoice.dashscope.*}. */
    static Account unnamed(Map<String, String> settings) {
        return Account.unnamed(config(settings).getConfigMapping(DashscopeConfig.class));
    }

    static Accounts all(Map<String, String> settings) {
        return all(config(settings));
    }

    static Accounts all(SmallRyeConfig config) {
        return new Accounts(config.getConfigMapping(DashscopeConfig.class),
                config.getConfigMapping(UpstreamsConfig.class));
    }

    static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder().addDiscoveredConverters().addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(Map.of("warmvoice.dashscope.api-key-refresh", "60s"), "default",
                        100))
                .withMapping(DashscopeConfig.class).withMapping(UpstreamsConfig.class);
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return builder().withSources(new PropertiesConfigSource(settings, "settings", 500)).build();
    }
}
