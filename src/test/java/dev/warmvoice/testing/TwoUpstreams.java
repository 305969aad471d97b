package dev.warmvoice.testing;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import java.util.HashMap;
import java.util.Map;

/** Two emulators as the upstreams {@code first} and {@code second}, of which the first is wanted more. */
public record TwoUpstreams(Emulator first, Emulator second) implements AutoCloseable {

    private static final String KEY_OF_SECOND = "sk-of-the-second-0123456789";

    /** Starts both. */
    public static TwoUpstreams start() {
        return start(EmulatorOptions.defaults().withTasksPerSecond(0));
    }

    /** Starts both with these options. */
    public static TwoUpstreams start(EmulatorOptions options) {
        return new TwoUpstreams(emulator(options, EmulatorOptions.DEFAULT_API_KEY), emulator(options, KEY_OF_SECOND));
    }

    private static Emulator emulator(EmulatorOptions options, String key) {
        Emulator emulator = Emulator.start(options);
        emulator.acceptKeys(key);
        return emulator;
    }

    /** What makes them upstreams. The cases are not about the rate. */
    public Map<String, String> settings() {
        return new HashMap<>(Map.of("warmvoice.upstreams.second.url", second.url().toString(),
                "warmvoice.upstreams.second.api-key", KEY_OF_SECOND,
                "warmvoice.upstreams.first.url", first.url().toString(),
                "warmvoice.upstreams.first.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.upstreams.first.weight", "1",
                "warmvoice.rate.per-second", "0",
                "warmvoice.fallback.models", "cosyvoice-v3-plus:cosyvoice-v3-flash"));
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
