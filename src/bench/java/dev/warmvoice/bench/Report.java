package dev.warmvoice.bench;

import dev.warmvoice.testing.Plot;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The figures of one benchmark in {@code target/bench/<name>.json}. All files so far are combined in
 * {@code target/bench/report.md}, sorted by name.
 */
final class Report {

    private static final Path FOLDER = Path.of("target", "bench");

    private final String name;
    private final JsonArray rows = new JsonArray();
    private final JsonObject data = new JsonObject();

    /** @param name the name of the file, which determines its place in the table */
    Report(String name) {
        this.name = name;
    }

    /**
     * Adds a row to the table.
     *
     * @param goal the goal in words
     * @param met whether the goal is met; null if there is none
     */
    Report row(String measure, String ours, String beside, String goal, Boolean met) {
        rows.add(new JsonObject().put("measure", measure).put("ours", ours).put("beside", beside).put("goal", goal)
                .put("met", met));
        return this;
    }

    /** Median and 99th percentile, as a row shows them. */
    static String figures(Sample sample) {
        return String.format(Locale.ROOT, "%.2f, %.2f", sample.median(), sample.p99());
    }

    /** A difference, with its sign. */
    static String plus(double millis) {
        return String.format(Locale.ROOT, "%+.2f", millis);
    }

    /** Adds all values of a sample in order of measurement. */
    Report data(String what, Sample sample) {
        data.put(what, new JsonArray(sample.values()));
        return this;
    }

    Report data(String what, Object value) {
        data.put(what, value);
        return this;
    }

    Report plot(String file, Plot plot) throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve(file + ".svg"), plot.svg());
        return this;
    }

    void write() throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve(name + ".json"), new JsonObject().put("date", today())
                .put("rows", rows).put("data", data).encodePrettily());
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT,
                """
                        %s, %d processors, JDK %s, %s

                        The rate is off in all rows but those of the default settings: neither Warmvoice nor the service limits the
                        tasks in a second.

                        | measure | Warmvoice | beside | goal | met |
                        | --- | --- | --- | --- | --- |
                        """,
                today(), Runtime.getRuntime().availableProcessors(), Runtime.version().feature(),
                System.getProperty("os.arch")));
        for (Path file : files()) {
            for (Object line : new JsonObject(Files.readString(file)).getJsonArray("rows")) {
                JsonObject row = (JsonObject) line;
                Boolean met = row.getBoolean("met");
                table.append(String.format("| %s | %s | %s | %s | %s |%n", row.getString("measure"),
                        row.getString("ours"), row.getString("beside"), row.getString("goal"),
                        met == null ? "–" : met ? "yes" : "**no**"));
            }
        }
        Files.writeString(FOLDER.resolve("report.md"), table);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static String today() {
        return LocalDate.now(ZoneOffset.UTC).toString();
    }
}
