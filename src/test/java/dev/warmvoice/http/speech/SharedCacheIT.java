package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.ObservedOutput;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two processes that keep what is spoken in one Redis. */
@OnBinary
class SharedCacheIT {

    private static final String SECRET = "a-secret-of-some-length";
    private static final String FOUND = "warmvoice_cache_shared_total{outcome=\"found\"}";
    private static final String INVALID = "warmvoice_cache_shared_total{outcome=\"invalid\"}";

    private static RedisServer redis;
    private static Emulator service;
    private static Artifact one;
    private static Artifact two;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        service = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        one = Artifact.start(settings(SECRET));
        two = Artifact.start(settings(SECRET));
    }

    private static Map<String, String> settings(String secret) {
        Map<String, String> settings = new HashMap<>(Artifact.settings(service));
        // The case is not about the rate.
        settings.put("warmvoice.rate.per-second", "0");
        settings.put("warmvoice.cache.size-bytes", "10000000");
        settings.put("warmvoice.cache.shared", redis.url());
        settings.put("warmvoice.cache.secret", secret);
        // A process that has just started on a busy machine may take longer than the default for its first look.
        settings.put("warmvoice.cache.shared-timeout", "1s");
        return settings;
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            one.close();
            two.close();
            service.close();
            redis.close();
        }
    }

    @AfterEach
    void recover() {
        redis.thaw();
        // It is asked again after a pause.
        await().until(() -> {
            JsonObject body = sentence();
            speak(one, body);
            return cache(two, body).equals("hit");
        });
    }

    @Test
    void whatOneHasSpokenTheOtherPlays() throws Exception {
        // What other tests have left is not what this one waits for.
        redis.flush();
        JsonObject body = sentence().put("stream_format", "sse").put("timestamps", true);
        double found = two.api().metric(FOUND);
        HttpResponse<byte[]> first = speak(one, body);
        await().until(() -> keys().size() == 1);
        HttpResponse<byte[]> second = speak(two, body);
        assertThat(second.headers().firstValue("X-Cache")).hasValue("hit");
        assertThat(second.headers().firstValue("X-Request-Id")).isEqualTo(first.headers().firstValue("X-Request-Id"));
        assertThat(words(second)).isEqualTo(words(first)).isNotEmpty();
        assertThat(cache(two, body)).isEqualTo("hit");
        assertThat(two.api().metric(FOUND)).as("the second time from memory").isEqualTo(found + 1);
    }

    private static List<String> words(HttpResponse<byte[]> events) {
        return new String(events.body()).lines().filter(line -> !line.contains("audio.done")).toList();
    }

    @Test
    void anEntryThatWasChangedIsDroppedAndCounted() throws Exception {
        redis.flush();
        JsonObject body = sentence();
        speak(one, body);
        await().until(() -> keys().size() == 1);
        redis.command("SETRANGE " + keys().get(0) + " 20 x");
        double invalid = two.api().metric(INVALID);
        int tasks = service.journal().tasks().size();
        HttpResponse<byte[]> second = speak(two, body);
        assertThat(second.headers().firstValue("X-Cache")).hasValue("miss");
        assertThat(second.body()).isEqualTo(Emulator.audioOf(service.journal().lastTask()));
        assertThat(service.journal().tasks()).hasSize(tasks + 1);
        assertThat(two.api().metric(INVALID)).isEqualTo(invalid + 1);
    }

    @Test
    void aServerThatIsFrozenOrGoneFailsNoRequest() throws Exception {
        redis.freeze();
        for (int i = 0; i < 4; i++) {
            assertThat(cache(two, sentence())).isEqualTo("miss");
        }
        redis.thaw();
        redis.restart();
        redis.kill();
        for (int i = 0; i < 4; i++) {
            assertThat(cache(one, sentence())).isEqualTo("miss");
        }
        redis.restart();
        assertThat(one.log()).contains("The shared cache cannot be reached").doesNotContain(SECRET);
    }

    @Test
    void neitherTextNorKeyIsInRedisOrLogs() throws Exception {
        redis.flush();
        String text = "Neither log nor Redis knows this, " + UUID.randomUUID() + ".";
        speak(one, new JsonObject().put("input", text).put("stream_format", "sse").put("timestamps", true));
        await().until(() -> keys().size() == 1);
        String kept = redis.command("GET " + keys().get(0));
        ObservedOutput.say(kept);
        assertThat(kept).isNotEmpty().doesNotContain("Neither").doesNotContain("Redis knows");
        assertThat(keys().get(0)).startsWith("warmvoice:cache:").doesNotContain("Neither");
        assertThat(one.log()).doesNotContain("Neither log").doesNotContain(SECRET);
    }

    private static List<String> keys() {
        return redis.command("KEYS warmvoice:cache:*").lines().filter(line -> line.startsWith("warmvoice")).toList();
    }

    private static HttpResponse<byte[]> speak(Artifact artifact, JsonObject body) throws Exception {
        HttpResponse<byte[]> answer = artifact.api().speak(body);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return answer;
    }

    private static String cache(Artifact artifact, JsonObject body) throws Exception {
        return speak(artifact, body).headers().firstValue("X-Cache").orElse("none");
    }

    private static JsonObject sentence() {
        return new JsonObject().put("input", "Good morning, " + UUID.randomUUID() + ".");
    }
}
