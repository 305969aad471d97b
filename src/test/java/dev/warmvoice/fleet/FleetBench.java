package dev.warmvoice.fleet;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a fleet makes of an account's rate: {@code ./mvnw verify -Pfleet}. Prints a table. */
@Tag("fleet")
@TestMethodOrder(MethodOrderer.MethodName.class)
class FleetBench {

    private static final Path REPORT = Path.of("target", "fleet.md");
    private static final Duration TIME = Duration.parse(System.getProperty("fleet.time", "PT5M"));
    private static final int REQUESTS = 100;

    @BeforeAll
    static void begin() throws IOException {
        Files.deleteIfExists(REPORT);
        say(Run.head());
    }

    @Test
    void aSharedRate() throws Exception {
        for (int perSecond : new int[]{3, 20}) {
            for (int size : new int[]{1, 5, 20}) {
                try (RedisServer redis = RedisServer.start()) {
                    say(Run.of(perSecond, size, TIME, shared(redis, perSecond), Run.Disturbance.NONE).row("shared"));
                }
            }
        }
    }

    @Test
    void bWithoutIt() throws Exception {
        say(Run.of(20, 20, TIME, Map.of("warmvoice.rate.per-second", "1"), Run.Disturbance.NONE).row("a 20th each"));
        say(Run.of(3, 20, TIME, Map.of("warmvoice.rate.per-second", "0"), Run.Disturbance.NONE).row("no limit"));
    }

    @Test
    void cOutages() throws Exception {
        for (int perSecond : new int[]{3, 20}) {
            try (RedisServer redis = RedisServer.start()) {
                say(Run.of(perSecond, 5, TIME, shared(redis, perSecond), new Outages(redis, new Random(7)))
                        .row("shared, outages"));
            }
        }
    }

    /** Requests for which the rate is free, by turns to a process with a shared rate and to one without. */
    @Test
    void dFirstAudio() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                Fleet alone = new Fleet(1, emulator, Map.of());
                Fleet sharing = new Fleet(1, emulator, shared(redis, 3))) {
            List<Double> without = new ArrayList<>();
            List<Double> with = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                Run.pause(Duration.ofMillis(400));
                without.add(firstAudio(alone.instances().get(0)));
                with.add(firstAudio(sharing.instances().get(0)));
            }
            say(String.format(Locale.ROOT,
                    "%nFirst audio, median of %d requests by turns: %.2f ms alone, %.2f ms sharing",
                    REQUESTS, median(without), median(with)));
        }
    }

    private static double firstAudio(Artifact artifact) throws Exception {
        long since = System.nanoTime();
        try (InputStream audio = artifact.api().open(new JsonObject().put("input", "Good morning.")).body()) {
            audio.read();
            long after = System.nanoTime() - since;
            audio.readAllBytes();
            return after / 1e6;
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static Map<String, String> shared(RedisServer redis, int perSecond) {
        return Map.of("warmvoice.rate.shared", redis.url(), "warmvoice.rate.per-second", Integer.toString(perSecond));
    }

    private static void say(String line) throws IOException {
        System.out.println(line);
        Files.createDirectories(REPORT.getParent());
        Files.writeString(REPORT, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
