package dev.warmvoice.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.warmvoice.testing.ObservedOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The leak check on the output that all tests recorded; therefore it must run last. */
abstract class SecretLeakScenarios {

    @Test
    void noKeyTokenOrTextLeaks() throws Exception {
        assumeFalse(ObservedOutput.secrets().isEmpty(), "no recorded output: no other test has run");
        SecretScanner search = new SecretScanner(ObservedOutput.secrets(), ObservedOutput.texts());
        List<String> found = new ArrayList<>();
        for (Path file : ObservedOutput.seen()) {
            search.in(file).forEach((what, around) -> found.add(what + "\n    in " + file + ": " + around));
        }
        assertThat(found).isEmpty();
    }

    /** A check without recorded output would prove nothing. */
    @Test
    @DisabledIfSystemProperty(named = "test", matches = ".+", disabledReason = "not all tests have run")
    @DisabledIfSystemProperty(named = "it.test", matches = ".+", disabledReason = "not all tests have run")
    void everyKindOfOutputWasObserved() throws Exception {
        boolean few = hasFewTests();
        assertThat(ObservedOutput.secrets()).hasSizeGreaterThan(few ? 0 : 5);
        assertThat(ObservedOutput.texts()).hasSizeGreaterThan(few ? 5 : 20);
        for (String line : List.of(".* (DEBUG|TRACE) +\\[.*", "warmvoice_pool_size .*",
                ".*\"status\": ?\"(UP|DOWN)\".*",
                "status 200 .*", "status 40[0-9] .*", "status 50[0-9] .*", "\\{\"error\":\\{.*")) {
            assertThat(ObservedOutput.seen()).as(line).anyMatch(file -> has(file, line));
        }
    }

    /** Whether only the few tests ran that the jar has in every build. */
    boolean hasFewTests() throws IOException {
        return false;
    }

    private static boolean has(Path file, String line) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(each -> each.matches(line));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
