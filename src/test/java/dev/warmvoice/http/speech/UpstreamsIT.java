package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.TwoUpstreams;
import dev.warmvoice.testing.TwoUpstreams.Services;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same on the built artifact, with the time limits that a user gets. */
@OnBinary
class UpstreamsIT extends UpstreamsScenarios {

    /** A second task is submitted after at most this time, and a queue is left after less. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration SLACK = Duration.ofMillis(500);

    private static Services services;
    private static Artifact artifact;

    @BeforeAll
    static void start() {
        services = Services.start();
        Map<String, String> settings = TwoUpstreams.settings(services);
        // By default a refused key is tried again after a time that is longer than this test.
        settings.put("warmvoice.pool.unauthorized-retry", "1s");
        artifact = Artifact.launch(settings, Map.of());
        artifact.awaitReady();
    }

    @AfterAll
    static void stop() {
        artifact.close();
        services.close();
    }

    @Override
    Services services() {
        return services;
    }

    @Override
    Api api() {
        return artifact.api();
    }

    @ParameterizedTest
    @CsvSource({"AllocationQuota.FreeTierOnly,The free tier of the model has been exhausted.",
            "Arrearage,'Access denied, please make sure your account is in good standing.'",
            "AccessDenied,Access denied.", "Model.AccessDenied,Model access denied."})
    void noRequestFailsWhileTheAccountOfTheFirstMayNotSpeak(String code, String message) throws Exception {
        services.first().faults().always(new Fault.FailAtRunTask(code, message));
        assertTheSecondServes();
    }

    @Test
    void aSilentUpstreamDelaysTheFirstAudioBrieflyAndSoonNotAtAll() throws Exception {
        services.first().faults().always(new Fault.NoTaskStarted());
        for (int i = 0; i < 3; i++) {
            assertThat(firstAudio()).isLessThan(PATIENCE.plus(SLACK));
        }
        assertThat(firstAudio()).as("while it is left alone").isLessThan(SLACK);
    }

    @Test
    void afterAFreezeOneUpstreamThatIsGoneIsNoFailure() throws Exception {
        artifact.freeze();
        services.first().faults().always(new Fault.HandshakeStatus(503));
        services.first().cutIdle(Cut.RST);
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        artifact.thaw();
        assertThat(firstAudio()).isLessThan(PATIENCE.plus(SLACK));
    }

    private static Duration firstAudio() throws Exception {
        long since = System.nanoTime();
        HttpResponse<InputStream> response = artifact.api().open(new JsonObject().put("input", "Good morning."));
        assertThat(response.statusCode()).isEqualTo(200);
        try (InputStream audio = response.body()) {
            audio.read();
            Duration first = Duration.ofNanos(System.nanoTime() - since);
            audio.readAllBytes();
            return first;
        }
    }
}
