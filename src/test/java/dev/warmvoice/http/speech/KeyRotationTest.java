package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.KeySidecar;
import dev.warmvoice.testing.PoolHealth;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests while the key in a file is replaced. But for the key, all settings are the defaults. */
@QuarkusTest
@QuarkusTestResource(value = KeyRotationTest.KeyInFile.class, restrictToAnnotatedClass = true)
class KeyRotationTest {

    private static final int POOL = 4;

    /** The service, and the file with its key. */
    public static class KeyInFile implements QuarkusTestResourceLifecycleManager {

        private Emulator emulator;
        private Path file;

        @Override
        public Map<String, String> start() {
            emulator = Emulator.start();
            try {
                file = Files.createTempDirectory("key").resolve("key");
                new KeySidecar(file).write(EmulatorOptions.DEFAULT_API_KEY);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return Map.of("warmvoice.dashscope.url", emulator.url().toString(),
                    "warmvoice.dashscope.api-key-file", file.toString(), "warmvoice.dashscope.api-key-refresh", "1s");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(emulator, new TestInjector.MatchesType(Emulator.class));
            injector.injectIntoFields(file, new TestInjector.MatchesType(Path.class));
        }

        @Override
        public void stop() {
            emulator.close();
        }
    }

    @TestHTTPResource("/")
    URI base;

    Emulator emulator;
    Path file;
    private Api api;
    private KeySidecar key;

    @BeforeEach
    void ready() throws Exception {
        api = new Api(base);
        key = new KeySidecar(file);
        await().until(() -> api.get("/q/health/ready").statusCode() == 200);
    }

    @Test
    void requestsStayWarmWhileTheKeyIsReplaced() throws Exception {
        speakWarm();
        for (String next : new String[]{"sk-second-0123456789", "sk-third-0123456789"}) {
            key.write(next);
            emulator.acceptKeys(next);
            await().atMost(Duration.ofSeconds(15)).until(() -> {
                speakWarm();
                return connectionsOpenedWith(next) >= POOL && PoolHealth.of(api).equals(PoolHealth.atRest(POOL));
            });
            await().until(() -> emulator.journal().connectionsOpen() == POOL);
            assertThat(emulator.cutUnaccepted(Cut.RST)).as("connections of the old key").isZero();
        }
        // On a slow machine the service may refuse a task by the rate, which costs its connection, too.
        double throttled = api.sum("warmvoice_pool_discarded_total{reason=\"throttled\"}");
        assertThat(api.sum("warmvoice_pool_discarded_total{reason=\"key\"}") + throttled)
                .isGreaterThanOrEqualTo(2 * POOL);
        assertThat(api.sum("warmvoice_key_reads_total{outcome=\"changed\"}")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void requestsStayWarmWithTemporaryKeys() throws Exception {
        key.write(emulator.temporaryKey(Duration.ofSeconds(5)));
        int refused = emulator.journal().handshakesRefused();
        Instant end = Instant.now().plusSeconds(10);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            key.write(emulator.temporaryKey(Duration.ofSeconds(5)));
            speakWarm();
            return Instant.now().isAfter(end);
        });
        assertThat(emulator.journal().handshakesRefused()).isEqualTo(refused);
        assertThat(api.metric("warmvoice_key_expires_seconds")).isBetween(0.0, 5.0);
    }

    @Test
    void documentsTheMetricsOfTheKey() throws Exception {
        String documented = Files.readString(Path.of("docs", "operations.md"));
        assertThat(api.get("/q/metrics").body().lines().filter(line -> line.startsWith("warmvoice_key_"))
                .map(line -> line.replaceAll("[{ ].*", "")).distinct()).hasSize(2)
                .allSatisfy(name -> assertThat(documented).contains("`" + name));
    }

    private void speakWarm() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", "Good morning."));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Connection")).hasValue("warm");
    }

    private long connectionsOpenedWith(String value) {
        return emulator.journal().handshakes().stream().filter(handshake -> handshake.status() == 101)
                .filter(handshake -> handshake.headers().containsValue("bearer " + value)
                        || handshake.headers().containsValue("Bearer " + value))
                .count();
    }
}
