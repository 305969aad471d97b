package dev.warmvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.naive.NaiveProcess;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The time to the first audio after every kind of pause, beside the vendor's plain pool, with a handshake of 300 ms.
 * Takes six minutes: {@code -Dfreeze=full}. Writes {@code target/warmth.md}.
 */
@EnabledIfSystemProperty(named = "freeze", matches = "full")
class WarmthIT {

    private static final String SENTENCE = "Good morning.";
    private static final Duration HANDSHAKE = Duration.ofMillis(300);
    private static final EmulatorOptions SERVICE = EmulatorOptions.defaults().withTasksPerSecond(0)
            .withHandshakeDelay(HANDSHAKE);

    private final Map<String, String[]> table = new ConcurrentSkipListMap<>();

    /** Something that speaks and can be stopped. */
    private interface Speaker extends AutoCloseable {

        String speak() throws Exception;

        void signal(String name) throws Exception;

        @Override
        void close() throws IOException;
    }

    @Test
    void answersWarmAfterEveryPauseInWhichItRan() throws Exception {
        List<CompletableFuture<Void>> lanes = List.of(
                lane(() -> idle(0, this::ours)), lane(() -> idle(1, this::naive)),
                lane(() -> freeze(0, 40, this::ours)), lane(() -> freeze(1, 40, this::naive)),
                lane(() -> freeze(0, 70, this::ours)), lane(() -> freeze(1, 70, this::naive)));
        for (CompletableFuture<Void> lane : lanes) {
            lane.join();
        }
        StringBuilder markdown = new StringBuilder(
                "| request | warmvoice, ms | plain pool, ms |\n| --- | --- | --- |\n");
        table.forEach((what, row) -> markdown.append("| ").append(what.substring(2)).append(" | ").append(row[0])
                .append(" | ").append(row[1]).append(" |\n"));
        Files.writeString(Path.of("target", "warmth.md"), markdown);
        // A freeze of more than max-idle costs a handshake. The plain pool gets away without one until the service
        // closes its connections, at 60 s, if nothing between the two has dropped them before.
        assertThat(table).allSatisfy((what, row) -> assertThat(Double.parseDouble(row[0])).isLessThan(350));
        assertThat(table).allSatisfy((what, row) -> assertThat(what.contains("freeze")
                || Double.parseDouble(row[0]) < HANDSHAKE.toMillis()).as(what).isTrue());
    }

    private void idle(int column, SpeakerFactory factory) throws Exception {
        try (Emulator emulator = Emulator.start(SERVICE); Speaker speaker = factory.make(emulator)) {
            note(column, "1 first after start", speaker.speak());
            note(column, "2 warm", speaker.speak());
            pause(Duration.ofSeconds(30));
            note(column, "3 after 30 s idle", speaker.speak());
            pause(Duration.ofMinutes(5));
            note(column, "4 after 5 min idle", speaker.speak());
        }
    }

    private void freeze(int column, int seconds, SpeakerFactory factory) throws Exception {
        try (Emulator emulator = Emulator.start(SERVICE); Speaker speaker = factory.make(emulator)) {
            speaker.speak();
            speaker.signal("STOP");
            pause(Duration.ofSeconds(seconds));
            speaker.signal("CONT");
            note(column, (seconds == 40 ? "5" : "6") + " after a freeze of " + seconds + " s", speaker.speak());
        }
    }

    private interface SpeakerFactory {

        Speaker make(Emulator emulator) throws Exception;
    }

    private Speaker ours(Emulator emulator) throws Exception {
        Artifact artifact = Artifact.start(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY, "warmvoice.rate.per-second", "0"));
        artifact.api().get("/v1/models");
        return new Speaker() {

            @Override
            public String speak() throws Exception {
                long begin = System.nanoTime();
                HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", SENTENCE));
                try (InputStream audio = response.body()) {
                    audio.read();
                    String time = millis(System.nanoTime() - begin);
                    audio.readAllBytes();
                    return response.statusCode() == 200 ? time : "HTTP " + response.statusCode();
                }
            }

            @Override
            public void signal(String name) {
                if (name.equals("STOP")) {
                    artifact.freeze();
                } else {
                    artifact.thaw();
                }
            }

            @Override
            public void close() {
                artifact.close();
            }
        };
    }

    private Speaker naive(Emulator emulator) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), NaiveProcess.class.getName(), emulator.url().toString(),
                EmulatorOptions.DEFAULT_API_KEY).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader answers = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new Speaker() {

            @Override
            public String speak() throws Exception {
                process.getOutputStream().write((SENTENCE + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                String answer = answers.readLine();
                return answer.matches("[\\d.]+") ? millis((long) (Double.parseDouble(answer) * 1e6)) : answer;
            }

            @Override
            public void signal(String name) throws Exception {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            }

            @Override
            public void close() throws IOException {
                process.destroyForcibly();
                answers.close();
            }
        };
    }

    private void note(int column, String what, String time) {
        table.computeIfAbsent(what, key -> new String[]{"–", "–"})[column] = time;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.0f", nanos / 1e6);
    }

    private static void pause(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    private static CompletableFuture<Void> lane(Lane work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, task -> new Thread(task, "lane").start());
    }

    private interface Lane {

        void run() throws Exception;
    }
}
