package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true)
class SpeechTest extends SpeechScenarios {

    @Test
    void documentsEveryMetric() throws Exception {
        api.speak(new JsonObject().put("input", "Good morning."));
        Set<String> metrics = api.get("/q/metrics").body().lines().filter(line -> line.startsWith("warmvoice_"))
                .map(line -> line.replaceAll("[{ ].*", "").replaceAll("_(bucket|count|sum|max)$", ""))
                .collect(Collectors.toSet());
        String documented = Files.readString(Path.of("docs", "operations.md"));
        assertThat(metrics).isNotEmpty().allSatisfy(name -> assertThat(documented).contains("`" + name));
    }
}
