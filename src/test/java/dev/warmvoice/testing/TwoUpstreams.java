package dev.warmvoice.testing;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Two emulators as the upstreams {@code first} and {@code second} of a test class, of which the first is wanted more.
 * Injected into its field of this class's type {@link Services}. Timeouts are short, as those of {@link EmulatorResource}.
 */
public class TwoUpstreams implements QuarkusTestResourceLifecycleManager {

    public static final String KEY_OF_SECOND = "sk-of-the-second-0123456789";

    private Services services;

    /** The upstreams. */
    public record Services(Emulator first, Emulator second) implements AutoCloseable {

        /** Starts both. */
        public static Services start() {
            return new Services(emulator(EmulatorOptions.DEFAULT_API_KEY), emulator(KEY_OF_SECOND));
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    @Override
    public Map<String, String> start() {
        services = Services.start();
        Map<String, String> settings = settings(services);
        settings.put("warmvoice.pool.acquire-timeout", "500ms");
        settings.put("warmvoice.pool.unauthorized-retry", "1s");
        settings.put("warmvoice.task.connect-timeout", "1s");
        settings.put("warmvoice.task.start-timeout", "700ms");
        settings.put("warmvoice.task.first-audio-timeout", "2500ms");
        settings.put("warmvoice.task.stall-timeout", "1500ms");
        ObservedOutput.settings(settings);
        return settings;
    }

    private static Emulator emulator(String key) {
        Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        emulator.acceptKeys(key);
        return emulator;
    }

    /** What makes them upstreams. */
    public static Map<String, String> settings(Services services) {
        return new HashMap<>(Map.of("warmvoice.upstreams.second.url", services.second.url().toString(),
                "warmvoice.upstreams.second.api-key", KEY_OF_SECOND,
                "warmvoice.upstreams.first.url", services.first.url().toString(),
                "warmvoice.upstreams.first.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.upstreams.first.weight", "1",
                "warmvoice.rate.per-second", "0",
                "warmvoice.fallback.models", "cosyvoice-v3-plus:cosyvoice-v3-flash"));
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(services, new TestInjector.MatchesType(Services.class));
    }

    @Override
    public void stop() {
        if (services != null) {
            services.close();
        }
    }
}
