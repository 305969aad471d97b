package dev.warmvoice.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The outcome counts of each property. Thread-safe. */
final class FuzzCounts {

    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();

    synchronized void add(String property, String outcome) {
        counts.computeIfAbsent(property, known -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    }

    /** Writes the counts to {@code target/fuzz-….md}. */
    synchronized void write(String name) throws IOException {
        StringBuilder table = new StringBuilder("| property | tries | outcomes |\n| --- | --- | --- |\n");
        counts.forEach((property, outcomes) -> table.append("| ").append(property).append(" | ")
                .append(outcomes.values().stream().mapToInt(Integer::intValue).sum()).append(" | ")
                .append(String.join(", ", outcomes.entrySet().stream()
                        .map(outcome -> outcome.getKey() + ": " + outcome.getValue()).toList()))
                .append(" |\n"));
        Files.writeString(Path.of("target", "fuzz-" + name + ".md"), table);
    }
}
