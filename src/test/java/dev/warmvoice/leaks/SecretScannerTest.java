package dev.warmvoice.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner's recall and precision, without which the leak tests prove nothing. */
class SecretScannerTest {

    private static final String KEY = "sk-0123456789";
    private static final String TEXT = "The \"brown\" fox\n    jumps over the lazy dog, and 早上好，火车九点开车。很高兴。";

    private final SecretScanner search = new SecretScanner(List.of(KEY),
            List.of(TEXT, "Good evening.", "short", " ".repeat(40)));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {KEY, "Bearer " + KEY + ",", "umps over the laz", "The \"brown\" fox\n", "Good evening.",
            "火车九点开车"})
    void findsAKeyAndAnyPartOfATextAnywhere(String planted) throws Exception {
        String line = "2026-11-26 05:09:41,852 TRACE [some.category] (main) nothing of it, 早上好\n";
        for (int before : new int[]{0, 1, SecretScanner.BUFFER - 40, SecretScanner.BUFFER - 6, SecretScanner.BUFFER,
                3 * SecretScanner.BUFFER}) {
            String noise = line.repeat(before / line.length() + 1).substring(0, before);
            assertThat(found(noise + planted)).as("at the end, after " + before).hasSize(1);
            assertThat(found(noise + planted + line.repeat(2000))).as("after " + before).isNotEmpty();
            assertThat(found(noise + line.repeat(2000))).isEmpty();
        }
    }

    @Test
    void findsATextInJson() throws Exception {
        String json = new JsonObject().put("input", TEXT.substring(0, 15)).encode();
        assertThat(json).contains("\\\"brown\\\" fox");
        assertThat(found(json)).isNotEmpty();
        assertThat(found(json.replace("\\", "/"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-012345678", "umps over the l", "The brown fox jumps over a lazy dog", "早上好，火车九点",
            "Good evening", "short", "jumps_over_the_lazy_dog",
            "                                                  "})
    void findsNothingElse(String other) throws Exception {
        assertThat(found(other + "\n")).isEmpty();
    }

    private Set<String> found(String content) throws IOException {
        return search.in(Files.writeString(folder.resolve("seen.log"), content)).keySet();
    }
}
