package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on the built artifact. */
@OnBinary
class CacheIT extends CacheScenarios {

    @TempDir
    static Path folder;

    private static Emulator service;
    private static Artifact artifact;

    @BeforeAll
    static void start() throws Exception {
        service = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        Map<String, String> settings = settings();
        settings.putAll(Artifact.settings(service));
        // The case is not about the rate.
        settings.put("warmvoice.rate.per-second", "0");
        settings.put("warmvoice.cache.preload", Files.writeString(folder.resolve("phrases.jsonl"), """
                {"input":"This phrase was there from the beginning.","response_format":"wav"}

                {"input":"And so was this one."}
                """).toString());
        artifact = Artifact.start(settings);
        // Other tests count tasks, and make them fail.
        await().untilAsserted(() -> assertThat(artifact.log()).contains("The cache has been filled"));
    }

    @Test
    void theFileIsKeptFromTheStart() throws Exception {
        assertThat(artifact.log()).contains("{SPOKEN=2}");
        assertThat(service.journal().tasks()).anyMatch(task -> "wav".equals(task.parameters().getString("format")));
    }

    @Test
    void aFileThatIsWrongStopsTheStart() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.jsonl"), "{\"input\":\"Good.\"}\n{\"input\":\" \"}\n");
        Map<String, String> settings = settings();
        settings.putAll(Artifact.settings(service));
        settings.put("warmvoice.cache.preload", file.toString());
        try (Artifact wrong = Artifact.launch(settings, Map.of())) {
            assertThat(wrong.awaitEnd(Duration.ofSeconds(20))).isNotZero();
            assertThat(wrong.log()).contains("Line 2 of warmvoice.cache.preload is wrong: input must not be empty.");
        }
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
    URI base() {
        return artifact.base();
    }
}
