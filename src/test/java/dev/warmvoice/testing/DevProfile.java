package dev.warmvoice.testing;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The application as {@code quarkus:dev} builds it, with the emulator that {@code DevModeAgent} starts there. */
public class DevProfile implements QuarkusTestProfile {

    @Override
    public String getConfigProfile() {
        return "dev";
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(LifelikeEmulator.class));
    }

    /** An emulator with the service's latency, and what the agent configures. */
    public static class LifelikeEmulator implements QuarkusTestResourceLifecycleManager {

        private Emulator emulator;

        @Override
        public Map<String, String> start() {
            emulator = Emulator.start(EmulatorOptions.defaults().withFirstAudioDelay(Duration.ofMillis(300))
                    .withRealTimeFactor(0.2));
            return Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                    "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                    "warmvoice.dev.emulator", "http://127.0.0.1:" + emulator.port());
        }

        @Override
        public void stop() {
            emulator.close();
        }
    }
}
