package dev.warmvoice.process;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.RedisServer;
import dev.warmvoice.testing.TraceCollector;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Traces of the artifact, as a collector receives them. */
@OnBinary
class TracesIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void aRequestIsATraceOfItsSteps() throws Exception {
        try (Emulator emulator = Emulator.start(); TraceCollector collector = new TraceCollector()) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.put("warmvoice.traces.endpoint", collector.endpoint());
            try (Artifact artifact = Artifact.start(settings)) {
                HttpResponse<byte[]> answer = artifact.api()
                        .withHeader("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                        .speak(new JsonObject().put("input", "A text for no trace."));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("traceresponse").orElseThrow()).startsWith("00-" + TRACE);
                String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(collector.received())
                        .contains("POST /v1/audio/speech", "speech cosyvoice-v3-flash", "acquire", "run-task",
                                "first-audio", "stream", "gen_ai.response.id", id));
                // The id is in bytes.
                assertThat(collector.received()).contains(bytes(TRACE))
                        .doesNotContain("A text for no trace").doesNotContain("sk-");
            }
        }
    }

    @Test
    void aHitIsASpanOfItsOwn() throws Exception {
        try (Emulator emulator = Emulator.start(); TraceCollector collector = new TraceCollector()) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.put("warmvoice.traces.endpoint", collector.endpoint());
            settings.put("warmvoice.cache.size-bytes", "10000000");
            JsonObject request = new JsonObject().put("input", "Said once.");
            try (Artifact artifact = Artifact.start(settings)) {
                artifact.api().speak(request);
                HttpResponse<byte[]> hit = artifact.api()
                        .withHeader("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01").speak(request);
                assertThat(hit.headers().firstValue("X-Cache")).contains("hit");
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(collector.received())
                        .containsSubsequence("warmvoice.cache", "miss")
                        .containsSubsequence("warmvoice.cache", "hit"));
                assertThat(collector.received()).doesNotContain("Said once");
            }
        }
    }

    /** Quarkus keeps the trace through the answer of Redis. */
    @Test
    void whatRedisDoesNotHaveIsSpokenInTheTraceOfTheRequest() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Emulator emulator = Emulator.start();
                TraceCollector collector = new TraceCollector()) {
            Map<String, String> settings = Artifact.settings(emulator);
            settings.putAll(Map.of("warmvoice.traces.endpoint", collector.endpoint(),
                    "warmvoice.cache.size-bytes", "10000000", "warmvoice.cache.shared", redis.url(),
                    "warmvoice.cache.secret", "a-secret-of-some-length"));
            try (Artifact artifact = Artifact.start(settings)) {
                artifact.api().withHeader("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                        .speak(new JsonObject().put("input", "Said to Redis."));
                // A span begins with the id of its trace; its name follows soon.
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(collector.received())
                        .containsPattern("(?s)" + Pattern.quote(bytes(TRACE)) + ".{0,40}speech cosyvoice-v3-flash"));
            }
        }
    }

    @Test
    void withoutAnEndpointThereIsNone() throws Exception {
        try (Emulator emulator = Emulator.start(); Artifact artifact = Artifact.start(Artifact.settings(emulator))) {
            HttpResponse<byte[]> answer = artifact.api()
                    .withHeader("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                    .speak(new JsonObject().put("input", "Good morning."));
            assertThat(answer.headers().firstValue("traceresponse")).isEmpty();
            assertThat(artifact.log()).doesNotContain("export").doesNotContain("4318");
        }
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }
}
