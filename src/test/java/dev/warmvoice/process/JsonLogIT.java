package dev.warmvoice.process;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@OnBinary
class JsonLogIT {

    @Test
    void eachLineIsAnObjectAndHasNoText() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.put("warmvoice.usage.log", "json");
            settings.put("quarkus.log.console.json.enabled", "true");
            try (Artifact artifact = Artifact.start(settings)) {
                artifact.api().speak(new JsonObject().put("input", "A text for no log."));
                await().until(() -> artifact.log().contains("dev.warmvoice.usage"));
                List<JsonObject> lines = artifact.log().lines().map(JsonObject::new).toList();
                assertThat(lines).hasSizeGreaterThan(2)
                        .allSatisfy(line -> assertThat(line.getMap()).containsKeys("timestamp", "level", "message"));
                assertThat(lines.stream().filter(line -> line.getString("loggerName").equals("dev.warmvoice.usage"))
                        .map(line -> new JsonObject(line.getString("message")).getString("outcome")))
                        .containsExactly("finished");
                assertThat(artifact.log()).doesNotContain("A text for no log");
            }
        }
    }
}
