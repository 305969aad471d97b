package dev.warmvoice.http.speech;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same on the built artifact. */
@OnBinary
class CacheIT extends CacheScenarios {

    private static Emulator service;
    private static Artifact artifact;

    @BeforeAll
    static void start() {
        service = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        Map<String, String> settings = settings();
        settings.putAll(Artifact.settings(service));
        // The case is not about the rate.
        settings.put("warmvoice.rate.per-second", "0");
        artifact = Artifact.start(settings);
    }

    @AfterAll
    static void stop() {
        artifact.close();
        service.close();
    }

    @Override
    Emulator emulator() {
        return service;
    }

    @Override
    Api anonymous() {
        return artifact.api();
    }
}
