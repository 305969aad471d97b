package dev.warmvoice.http.usage;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.EmulatorResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EmulatorResource.class, restrictToAnnotatedClass = true, initArgs = {
        @ResourceArg(name = "warmvoice.usage.log", value = "json"),
        @ResourceArg(name = "warmvoice.auth.tokens.alice.token", value = "alices-token")})
class UsageTest {

    private static final Logger LOG = Logger.getLogger("dev.warmvoice.usage");
    private static final String ALICE = "model=\"cosyvoice-v3-flash\",token=\"alice\"}";
    private static final String TASKS = "warmvoice_usage_tasks_total{"
            + ALICE.replace(",token", ",outcome=\"finished\",token");
    private static final String CHARACTERS = "warmvoice_usage_characters_total{" + ALICE;
    private static final String AUDIO = "warmvoice_usage_audio_seconds_total{" + ALICE;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    Emulator emulator;

    @TestHTTPResource("/")
    URI base;

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void unlisten() {
        LOG.removeHandler(handler);
    }

    @Test
    void aRequestIsAccountedForByTokenAndModel() throws Exception {
        Api api = new Api(base).withToken("alices-token");
        double tasks = api.metric(TASKS);
        double characters = api.metric(CHARACTERS);
        double audio = api.metric(AUDIO);
        int bytes = api.speak(new JsonObject().put("input", "Good morning.").put("response_format", "pcm"))
                .body().length;
        double seconds = bytes / 48_000.0;
        await().until(() -> lines.size() == 1);
        JsonObject line = new JsonObject(lines.element());
        assertThat(line.getMap()).containsEntry("token", "alice").containsEntry("model", "cosyvoice-v3-flash")
                .containsEntry("format", "pcm").containsEntry("characters", 13).containsEntry("outcome", "finished")
                .containsEntry("request", emulator.journal().lastTask().taskId());
        assertThat(line.getDouble("audio_seconds")).isCloseTo(seconds, offset(0.001));
        assertThat(line.getLong("first_audio_ms")).isLessThanOrEqualTo(line.getLong("total_ms"));
        assertThat(lines.element()).doesNotContain("Good morning").doesNotContain("alices-token");
        assertThat(api.metric(TASKS)).isEqualTo(tasks + 1);
        assertThat(api.metric(CHARACTERS)).isEqualTo(characters + 13);
        assertThat(api.metric(AUDIO)).isCloseTo(audio + seconds, offset(0.001));
        assertThat(api.get("/q/metrics").body()).doesNotContain("alices-token");
    }

    @Test
    void modelsThatDoNotExistShareATag() throws Exception {
        Api api = new Api(base).withToken("alices-token");
        api.speak(new JsonObject().put("input", "Good morning.").put("model", "made-up"));
        await().until(() -> lines.size() == 1);
        assertThat(new JsonObject(lines.element()).getString("model")).isEqualTo("made-up");
        assertThat(api.get("/q/metrics").body()).contains("model=\"other\"").doesNotContain("made-up");
    }

    @Test
    void theLengthOfMp3IsToldFromItsBitRate() throws Exception {
        Api api = new Api(base).withToken("alices-token");
        api.speak(new JsonObject().put("input", "Good morning.").put("response_format", "pcm"));
        await().until(() -> lines.size() == 1);
        double exact = new JsonObject(lines.remove()).getDouble("audio_seconds");
        api.speak(new JsonObject().put("input", "Good morning.").put("response_format", "mp3"));
        await().until(() -> lines.size() == 1);
        assertThat(new JsonObject(lines.element()).getDouble("audio_seconds")).isCloseTo(exact, offset(0.15));
    }
}
