package dev.warmvoice.http.auth;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Artifact;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@EnabledIf(value = "dev.warmvoice.testing.Artifact#isWorthIt", disabledReason = "the jar runs only with -Dtests=full")
class AuthIT extends AuthScenarios {

    private static Emulator emulator;
    private static Artifact artifact;

    @BeforeAll
    static void start() {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(LambdaInstance.settings(emulator));
        settings.put("warmvoice.task.start-timeout", "700ms");
        settings.put("warmvoice.task.first-audio-timeout", "2500ms");
        settings.put("warmvoice.task.stall-timeout", "1500ms");
        settings.put("warmvoice.task.text-timeout", "1500ms");
        artifact = Artifact.start(settings);
    }

    @AfterAll
    static void stop() {
        artifact.close();
        emulator.close();
    }

    @Override
    URI base() {
        return artifact.base();
    }

    @Override
    Emulator emulator() {
        return emulator;
    }
}
