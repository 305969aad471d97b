package dev.warmvoice.testing;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * The emulator as the service of a test class, injected into its field of type {@link Emulator}. Timeouts are short, so
 * that tests of timeouts are fast; a test can override them with its own arguments.
 */
public class EmulatorResource implements QuarkusTestResourceLifecycleManager {

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "warmvoice.pool.size", "4",
            "warmvoice.pool.acquire-timeout", "500ms",
            "warmvoice.pool.unauthorized-retry", "1s",
            "warmvoice.rate.per-second", "0",
            "warmvoice.task.connect-timeout", "1s",
            "warmvoice.task.start-timeout", "700ms",
            "warmvoice.task.first-audio-timeout", "2500ms",
            "warmvoice.task.stall-timeout", "1500ms"));
    private Emulator emulator;

    @Override
    public void init(Map<String, String> arguments) {
        settings.putAll(arguments);
    }

    @Override
    public Map<String, String> start() {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        settings.put("warmvoice.dashscope.url", emulator.url().toString());
        settings.put("warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY);
        ObservedOutput.settings(settings);
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(emulator, new TestInjector.MatchesType(Emulator.class));
    }

    @Override
    public void stop() {
        if (emulator != null) {
            emulator.close();
        }
    }
}
