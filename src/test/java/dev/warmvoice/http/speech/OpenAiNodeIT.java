package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** OpenAI's own client for Node against the packaged process: the README's example and more. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class OpenAiNodeIT {

    /** About 5 s of speech: longer than Node takes to start and report the first byte on a busy machine. */
    private static final String TEXT = "Good morning. Your train leaves at nine. ".repeat(2).strip();
    private static final Path FOLDER = Path.of("target", "node");
    private static final Path SPEECH = FOLDER.resolve("speech.mp3");

    /** The OpenAI client does not parse the events, but exports the reader for them. */
    private static final String EVENTS = """
            const { Stream } = await import('openai/streaming');
            const response = await client.audio.speech.create({ ...speech, stream_format: 'sse' });
            try {
              for await (const event of Stream.fromSSEResponse(response, new AbortController())) {
                print(event);
              }
            } catch (e) {
              print({ failure: e.constructor.name, code: e.code });
            }
            """;

    /** The reason to skip the test; null if it can run. */
    private static String missing;
    private static Emulator emulator;
    private static Artifact artifact;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(FOLDER);
        missing = missing();
        if (missing != null) {
            return;
        }
        for (String file : List.of("package.json", "package-lock.json", "speak.mjs")) {
            Files.copy(Path.of("examples", "node", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Run install = Run.begin("npm", "ci", "--no-audit", "--no-fund");
        assertThat(install.exitCode()).as(install.output()).isZero();
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        artifact = Artifact.start(Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY, "warmvoice.rate.per-second", "0"));
    }

    @AfterAll
    static void stop() {
        if (artifact != null) {
            artifact.close();
        }
        if (emulator != null) {
            emulator.close();
        }
    }

    /** Checks here, not once for all, because the report omits a class that is skipped as a whole. */
    @BeforeEach
    void reset() {
        assumeTrue(missing == null, missing);
        emulator.faults().clear();
    }

    @Test
    void writesTheFileDuringSynthesis() throws Exception {
        Files.deleteIfExists(SPEECH);
        emulator.faults().next(new Fault.Pacing(1));
        Run speak = speak();
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10))
                .until(() -> speak.hasEnded() || Files.exists(SPEECH) && Files.size(SPEECH) > 0);
        assertThat(speak.hasEnded()).as(speak.output()).isFalse();
        assertThat(emulator.journal().lastTask().outcome()).isEqualTo(Journal.Outcome.RUNNING);
        assertThat(speak.exitCode()).as(speak.output()).isZero();
        assertThat(speak.output()).matches("first byte after \\d+ ms\n");
        Journal.Task task = emulator.journal().lastTask();
        assertThat(task.texts()).containsExactly(TEXT);
        assertThat(SPEECH).hasBinaryContent(Emulator.audioOf(task));
    }

    @Test
    void failsOnTruncatedAudio() throws Exception {
        emulator.faults().next(new Fault.Pacing(0.1));
        emulator.faults().next(new Fault.FailAfterAudio("InternalError", "down", 3));
        Run speak = speak();
        assertThat(speak.exitCode()).as(speak.output()).isEqualTo(1);
        assertThat(speak.output()).contains("first byte after", "TypeError: terminated");
    }

    @Test
    void readsErrorsAsOpenAiErrors() throws Exception {
        Run refused = Run.script("""
                try {
                  await client.audio.speech.create({ ...speech, speed: 9 });
                } catch (e) {
                  const { status, type, code, param, message } = e;
                  print({ bad: e instanceof OpenAI.BadRequestError, status, type, code, param, message });
                }
                """);
        assertThat(refused.exitCode()).as(refused.output()).isZero();
        assertThat(new JsonObject(refused.output()).getMap()).containsEntry("bad", true).containsEntry("status", 400)
                .containsEntry("type", "invalid_request_error").containsEntry("code", "invalid_value")
                .containsEntry("param", "speed")
                .hasEntrySatisfying("message",
                        message -> assertThat(message.toString()).contains("between 0.25 and 4"));
    }

    @Test
    void readsServerSentEvents() throws Exception {
        Run listen = Run.script(EVENTS);
        assertThat(listen.exitCode()).as(listen.output()).isZero();
        List<JsonObject> events = listen.output().lines().map(JsonObject::new).toList();
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        events.stream().filter(event -> event.getString("type").equals("speech.audio.delta"))
                .forEach(event -> audio.writeBytes(Base64.getDecoder().decode(event.getString("audio"))));
        assertThat(audio.toByteArray()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        JsonObject last = events.get(events.size() - 1);
        assertThat(last.getString("type")).isEqualTo("speech.audio.done");
        assertThat(last.getJsonObject("usage").getInteger("total_tokens")).isEqualTo(TEXT.length());
    }

    @Test
    void readsTheErrorFromServerSentEvents() throws Exception {
        emulator.faults().next(new Fault.Pacing(0.1));
        emulator.faults().next(new Fault.FailAfterAudio("InternalError", "down", 3));
        Run listen = Run.script(EVENTS);
        assertThat(listen.exitCode()).as(listen.output()).isZero();
        List<JsonObject> events = listen.output().lines().map(JsonObject::new).toList();
        assertThat(events.get(0).getString("type")).isEqualTo("speech.audio.delta");
        assertThat(events.get(events.size() - 1).getMap()).containsEntry("failure", "APIError")
                .containsEntry("code", "InternalError");
    }

    /** The README's example, with its command. */
    private static Run speak() throws IOException {
        return Run.begin("node", "speak.mjs", TEXT, SPEECH.getFileName().toString(), url());
    }

    private static String url() {
        return artifact.base() + "/v1";
    }

    private static String missing() throws InterruptedException {
        if (!succeeds("node", "--eval", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)")) {
            return "Node 20 or later is not installed";
        }
        if (!succeeds("npm", "--version")) {
            return "npm is not installed";
        }
        return succeeds("npm", "ping", "--fetch-retries=0") ? null : "the npm registry is unreachable";
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Run run = Run.begin(command);
            return run.endsWithin(Duration.ofSeconds(10)) && run.exitCode() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** A command in the client's folder. Its output goes to a file, so that it never blocks. */
    private record Run(Process process, Path log) {

        static Run begin(String... command) throws IOException {
            Path log = Files.createTempFile(FOLDER, "run-", ".log");
            return new Run(new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true)
                    .redirectOutput(log.toFile()).start(), log);
        }

        /** A script with the client, the request and a print function predefined. */
        static Run script(String lines) throws IOException {
            return begin("node", "--input-type=module", "--eval", """
                    import OpenAI from 'openai';
                    const [baseURL, input] = process.argv.slice(1);
                    const client = new OpenAI({ baseURL, apiKey: 'none' });
                    const speech = { model: 'gpt-4o-mini-tts', voice: 'alloy', input };
                    const print = value => console.log(JSON.stringify(value));
                    """ + lines, url(), TEXT);
        }

        boolean hasEnded() {
            return !process.isAlive();
        }

        /** Whether the process exits in time; kills it otherwise. */
        boolean endsWithin(Duration limit) throws InterruptedException {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            return ended;
        }

        int exitCode() throws InterruptedException, IOException {
            assertThat(endsWithin(Duration.ofMinutes(1))).as("exits; output: " + output()).isTrue();
            return process.exitValue();
        }

        String output() throws IOException {
            return Files.readString(log);
        }
    }
}
