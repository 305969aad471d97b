package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.PoolHealth;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What HTTP clients see of the cache. */
abstract class CacheScenarios {

    private static final String HIT = "warmvoice_cache_requests_total{result=\"hit\"}";

    abstract Emulator emulator();

    abstract URI base();

    static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("warmvoice.cache.size-bytes", "10000000");
        for (String name : List.of("alice", "bob", "carol", "dave")) {
            settings.put("warmvoice.auth.tokens." + name + ".token", name + "s-token");
        }
        settings.put("warmvoice.auth.tokens.bob.characters-per-day", "1000");
        settings.put("warmvoice.auth.tokens.carol.shared-cache", "true");
        settings.put("warmvoice.auth.tokens.dave.shared-cache", "true");
        return settings;
    }

    @AfterEach
    void nothingIsHeld() {
        emulator().faults().clear();
        await().untilAsserted(() -> assertThat(PoolHealth.of(of("alice")).active()).isZero());
    }

    @Test
    void theSameRequestIsServedFromMemory() throws Exception {
        JsonObject body = sentence();
        HttpResponse<byte[]> first = of("alice").speak(body);
        double hits = of("alice").metric(HIT);
        int tasks = emulator().journal().tasks().size();
        HttpResponse<byte[]> second = of("alice").speak(body);
        assertThat(first.headers().firstValue("X-Cache")).hasValue("miss");
        assertThat(second.headers().firstValue("X-Cache")).hasValue("hit");
        assertThat(Integer.parseInt(second.headers().firstValue("Age").orElseThrow())).isBetween(0, 30);
        assertThat(second.headers().firstValue("X-Request-Id")).isEqualTo(first.headers().firstValue("X-Request-Id"));
        assertThat(second.headers().firstValue("Content-Type")).isEqualTo(first.headers().firstValue("Content-Type"));
        assertThat(second.headers().firstValue("X-Connection")).isEmpty();
        assertThat(second.body()).isEqualTo(first.body()).isNotEmpty();
        assertThat(emulator().journal().tasks()).hasSize(tasks);
        assertThat(of("alice").metric(HIT)).isEqualTo(hits + 1);
    }

    @Test
    void eventsComeWithTheirWords() throws Exception {
        JsonObject body = sentence().put("stream_format", "sse").put("timestamps", true);
        String first = text(of("alice").speak(body));
        HttpResponse<byte[]> second = of("alice").speak(body);
        assertThat(second.headers().firstValue("X-Cache")).hasValue("hit");
        // Nothing is billed the second time.
        assertThat(withoutUsage(text(second))).isEqualTo(withoutUsage(first)).contains("words");
    }

    private static String withoutUsage(String events) {
        return events.lines().filter(line -> !line.contains("audio.done")).reduce("", (all, line) -> all + line);
    }

    @Test
    void manyClientsOfANewTextShareOneTask() {
        JsonObject body = sentence();
        int tasks = emulator().journal().tasks().size();
        Api alice = of("alice");
        List<HttpResponse<byte[]>> answers = Stream.generate(() -> alice.speakLater(body)).limit(100).toList()
                .stream().map(CompletableFuture::join).toList();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator().journal().lastTask()));
        });
        assertThat(answers.stream().map(answer -> answer.headers().firstValue("X-Cache").orElseThrow()).toList())
                .contains("shared").containsOnlyOnce("miss");
        assertThat(emulator().journal().tasks()).hasSize(tasks + 1);
    }

    /** On a busy machine not every client sends at once what it writes at once. */
    @Test
    void aLiveUtteranceThatIsSentAtOnceIsServedFromMemory() throws Exception {
        JsonObject body = sentence();
        HttpResponse<byte[]> first = of("alice").speak(body);
        try (LiveClient client = LiveClient.withToken(base(), "alices-token")) {
            await().untilAsserted(() -> {
                int tasks = emulator().journal().tasks().size();
                List<Object> heard = client.start(new JsonObject()).text(body.getString("input")).finish()
                        .until("finished");
                assertThat(LiveClient.audio(heard)).isEqualTo(first.body());
                assertThat(LiveClient.messages(heard, "finished")).singleElement()
                        .satisfies(end -> assertThat(end.getString("cache")).isEqualTo("hit"));
                assertThat(emulator().journal().tasks()).hasSize(tasks);
            });
        }
    }

    @Test
    void aLiveUtteranceIsKeptForHttp() {
        try (LiveClient client = LiveClient.withToken(base(), "alices-token")) {
            await().untilAsserted(() -> {
                JsonObject body = sentence();
                JsonObject end = client.start(new JsonObject()).text(body.getString("input")).finish()
                        .next("finished");
                assertThat(end.getString("cache")).isEqualTo("miss");
                assertThat(of("alice").speak(body).headers().firstValue("X-Cache")).hasValue("hit");
            });
        }
    }

    /** What a language model writes is spoken as it comes, and is not looked up. */
    @Test
    void aLiveUtteranceThatTakesItsTimeIsSpokenAsItIsWritten() throws Exception {
        String text = sentence().getString("input");
        try (LiveClient client = LiveClient.withToken(base(), "alices-token")) {
            client.start(new JsonObject()).text(text);
            await().until(() -> emulator().journal().lastTask().texts().contains(text));
            JsonObject end = client.finish().next("finished");
            assertThat(end.containsKey("cache")).isFalse();
        }
    }

    @Test
    void aSpeechThatBreaksOffIsNotKept() throws Exception {
        JsonObject body = sentence();
        emulator().faults().always(new Fault.CloseFrame(1011, 2));
        // An answer of its own, if nothing had left by then.
        assertThat(
                of("alice").speakLater(body).handle((answer, failure) -> answer != null && answer.statusCode() == 200)
                        .join())
                .isFalse();
        emulator().faults().clear();
        HttpResponse<byte[]> second = of("alice").speak(body);
        assertThat(second.headers().firstValue("X-Cache")).hasValue("miss");
        assertThat(second.body()).isEqualTo(Emulator.audioOf(emulator().journal().lastTask()));
    }

    @Test
    void tokensShareOnlyWhereBothMay() throws Exception {
        JsonObject body = sentence();
        assertThat(cache(of("alice"), body)).isEqualTo("miss");
        assertThat(cache(of("bob"), body)).isEqualTo("miss");
        assertThat(cache(of("carol"), body)).isEqualTo("miss");
        assertThat(cache(of("dave"), body)).isEqualTo("hit");
        assertThat(cache(of("alice"), body)).isEqualTo("hit");
    }

    @Test
    void aHitCostsNoBudget() throws Exception {
        JsonObject body = new JsonObject().put("input", "a ".repeat(130) + UUID.randomUUID());
        for (int i = 0; i < 8; i++) {
            HttpResponse<byte[]> answer = of("bob").speak(body);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        }
    }

    @Test
    void cacheControlIsHeeded() throws Exception {
        JsonObject body = sentence();
        assertThat(of("alice").withHeader("Cache-Control", "no-store").speak(body).headers().firstValue("X-Cache"))
                .isEmpty();
        assertThat(cache(of("alice"), body)).isEqualTo("miss");
        assertThat(cache(of("alice").withHeader("Cache-Control", "max-age=0, No-Cache"), body)).isEqualTo("miss");
        assertThat(cache(of("alice"), body)).isEqualTo("hit");
    }

    @Test
    void aLongTextIsNotKept() throws Exception {
        JsonObject body = new JsonObject().put("input", "b".repeat(301));
        assertThat(of("alice").speak(body).headers().firstValue("X-Cache")).isEmpty();
    }

    @Test
    void aListIsKeptInAdvance() throws Exception {
        List<String> texts = List.of("Good evening, " + UUID.randomUUID() + ".",
                "Good night, " + UUID.randomUUID() + ".", "c".repeat(301));
        HttpResponse<String> answer = of("alice").send("POST", "/v1/audio/speech/precache",
                new JsonObject().put("inputs", texts).put("response_format", "wav"));
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/x-ndjson");
        assertThat(answer.body().lines().map(JsonObject::new).map(line -> line.getInteger("index") + " "
                + line.getString("status"))).containsExactly("0 spoken", "1 spoken", "2 too_long");
        assertThat(answer.body()).doesNotContain("Good evening");
        assertThat(cache(of("alice"), new JsonObject().put("input", texts.get(0)).put("response_format", "wav")))
                .isEqualTo("hit");
    }

    @Test
    void aListThatIsWrongIsRefusedAsAWhole() throws Exception {
        int tasks = emulator().journal().tasks().size();
        assertRefused(new JsonObject().put("inputs", List.of("Good evening.", "")), "inputs[1]");
        assertRefused(new JsonObject().put("inputs", List.of("Good evening.", 7)), "inputs[1]");
        assertRefused(new JsonObject().put("inputs", List.of()), "inputs");
        assertRefused(new JsonObject().put("inputs", "Good evening."), "inputs");
        assertRefused(new JsonObject().put("inputs", List.of("Good evening.")).put("input", "Good night."), "input");
        assertRefused(new JsonObject().put("inputs", List.of("Good evening.")).put("speed", "fast"), "speed");
        assertThat(emulator().journal().tasks()).hasSize(tasks);
    }

    private void assertRefused(JsonObject body, String field) throws Exception {
        HttpResponse<String> answer = of("alice").send("POST", "/v1/audio/speech/precache", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("param")).isEqualTo(field);
    }

    @Test
    void theTextIsInNoMetric() throws Exception {
        JsonObject body = sentence();
        of("alice").speak(body);
        assertThat(of("alice").get("/q/metrics").body()).contains("warmvoice_cache_bytes")
                .doesNotContain(body.getString("input"));
    }

    private static String cache(Api api, JsonObject body) throws Exception {
        HttpResponse<byte[]> answer = api.speak(body);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return answer.headers().firstValue("X-Cache").orElse("none");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private Api of(String name) {
        return new Api(base()).withToken(name + "s-token");
    }

    /** One that was not spoken before. */
    private static JsonObject sentence() {
        return new JsonObject().put("input", "Good morning, " + UUID.randomUUID() + ".");
    }
}
