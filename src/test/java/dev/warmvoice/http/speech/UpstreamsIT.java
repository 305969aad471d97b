package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.TwoUpstreams;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two upstreams, of which the first fails in one way after the other, and no request does. Only on the artifact, with the time
 * limits that a user gets: metrics of processes with one upstream and with several have different labels, and a JVM can
 * have one kind.
 */
@OnBinary
class UpstreamsIT {

    private static final int AT_A_TIME = 3;
    private static final int ROUNDS = 4;

    /** A second task is submitted after at most this time, and a queue is left after less. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration SLACK = Duration.ofMillis(500);

    private static TwoUpstreams services;
    private static Artifact artifact;
    private static Emulator first;
    private static Emulator second;
    private static Api api;

    @BeforeAll
    static void start() {
        services = TwoUpstreams.start();
        first = services.first();
        second = services.second();
        Map<String, String> settings = services.settings();
        // By default a refused key is tried again after a time that is longer than this test.
        settings.put("warmvoice.pool.unauthorized-retry", "1s");
        artifact = Artifact.launch(settings, Map.of());
        artifact.awaitReady();
        api = artifact.api();
    }

    @AfterAll
    static void stop() {
        artifact.close();
        services.close();
    }

    @BeforeEach
    void ready() {
        await().until(() -> api.get("/q/health/ready").body().contains("\"upstream-first\": \"UP\""));
        await().until(() -> api.get("/q/health/ready").body().contains("\"upstream-second\": \"UP\""));
    }

    @AfterEach
    void recover() {
        List.of(first, second).forEach(each -> each.faults().clear());
        first.acceptKeys(EmulatorOptions.DEFAULT_API_KEY);
        // Whatever it was, the first upstream is used again without anything else being done.
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100)).until(() -> {
            int before = first.journal().tasksFinished();
            speak();
            return first.journal().tasksFinished() == before + 1;
        });
    }

    @Test
    void theFirstServes() throws Exception {
        int before = second.journal().tasks().size();
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(speak().headers().firstValue("X-Model")).isEmpty();
        }
        assertThat(second.journal().tasks()).hasSize(before);
    }

    static Stream<Fault> faultsOfTasks() {
        return Stream.of(new Fault.Throttled(), Fault.FailAtRunTask.allocationQuota(), Fault.FailAtRunTask.burstRate(),
                new Fault.FailAtRunTask("InternalError", "An internal error has occurred."),
                new Fault.FailBeforeAudio("InternalError.Algo", "An internal error has occurred."),
                new Fault.CloseWithReason(1007, "Access denied, please make sure your account is in good standing.",
                        -1),
                new Fault.CloseFrame(1011, 0), new Fault.RunTaskRefused(), new Fault.NoTaskStarted());
    }

    @ParameterizedTest
    @MethodSource("faultsOfTasks")
    void noRequestFailsWhileTheFirstFailsAllTasks(Fault fault) throws Exception {
        first.faults().always(fault);
        assertTheSecondServes();
    }

    static Stream<Arguments> faultsOfHandshakes() {
        return Stream.concat(
                Stream.of(new Fault.HandshakeStatus(401), new Fault.HandshakeStatus(500),
                        new Fault.HandshakeStatus(503), new Fault.EarlyCut())
                        .map(fault -> Arguments.of(fault, Cut.RST)),
                Stream.of(Cut.values()).map(cut -> Arguments.of(new Fault.HandshakeHang(), cut)));
    }

    @ParameterizedTest
    @MethodSource("faultsOfHandshakes")
    void noRequestFailsWhileTheFirstOpensNoConnection(Fault fault, Cut cut) throws Exception {
        first.faults().always(fault);
        first.cutIdle(cut);
        assertTheSecondServes();
    }

    @Test
    void noRequestFailsWhileTheKeyOfTheFirstIsRefused() throws Exception {
        first.acceptKeys("sk-another-0123456789");
        first.cutUnaccepted(Cut.RST);
        assertTheSecondServes();
        await().until(() -> api.sum("warmvoice_upstream_failovers_total{reason=\"unauthorized\"")
                + api.sum("warmvoice_upstream_failovers_total{reason=\"busy\"") > 0);
    }

    @Test
    void nothingIsSpokenTwiceAfterTheFirstAudio() {
        long before = tasksWithText();
        List.of(first, second).forEach(each -> each.faults().always(new Fault.Pacing(0.1)));
        List.of(first, second).forEach(each -> each.faults().always(new Fault.CloseFrame(1011, 3)));
        assertThatThrownBy(() -> api.speak(new JsonObject().put("input", STORY))).isInstanceOf(IOException.class);
        assertThat(tasksWithText()).isEqualTo(before + 1);
    }

    /** Not those that were submitted beside another one, which was late to start. */
    private long tasksWithText() {
        return Stream.of(first, second).flatMap(each -> each.journal().tasks().stream())
                .filter(task -> !task.texts().isEmpty()).count();
    }

    @Test
    void aFallbackSpeaksIfBothAccountsHaveNoQuota() throws Exception {
        for (Emulator each : List.of(first, second)) {
            each.faults()
                    .next(new Fault.FailAtRunTask("AllocationQuota.FreeTierOnly", "The free tier has been exhausted."));
        }
        JsonObject body = new JsonObject().put("input", SENTENCE).put("model", "cosyvoice-v3-plus");
        HttpResponse<byte[]> response = api.speak(body);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Model")).hasValue("cosyvoice-v3-flash");
        assertThat(first.journal().lastTask().model()).isEqualTo("cosyvoice-v3-flash");
        assertThat(api.speak(body).headers().firstValue("X-Model")).as("while they rest").isPresent();
    }

    @Test
    void metricsNameTheUpstreamAndAreDocumented() throws Exception {
        first.faults().always(new Fault.NoTaskStarted());
        speak();
        assertThat(api.sum("warmvoice_pool_size{upstream=\"first\"}")).isEqualTo(4);
        assertThat(api.sum("warmvoice_pool_size{upstream=\"second\"}")).isEqualTo(4);
        String documented = Files.readString(Path.of("docs", "operations.md"));
        assertThat(api.get("/q/metrics").body().lines().filter(line -> line.startsWith("warmvoice_upstream"))
                .map(line -> line.replaceAll("[{ ].*", "")).distinct()).isNotEmpty()
                .allSatisfy(name -> assertThat(documented).contains("`" + name));
    }

    /** A few requests at a time, none of which fails. */
    private static void assertTheSecondServes() throws Exception {
        int before = second.journal().tasksFinished();
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = Stream
                    .generate(() -> api.speakLater(new JsonObject().put("input", SENTENCE))).limit(AT_A_TIME).toList();
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                assertSpoken(answer.join());
            }
        }
        assertThat(second.journal().tasksFinished()).isGreaterThanOrEqualTo(before + AT_A_TIME * ROUNDS);
    }

    private static HttpResponse<byte[]> speak() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertSpoken(response);
        return response;
    }

    private static void assertSpoken(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(() -> new String(response.body())).isEqualTo(200);
        String id = response.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(response.body()).isEqualTo(Emulator.audioOf(Stream
                .concat(first.journal().tasks().stream(), second.journal().tasks().stream())
                .filter(task -> task.taskId().equals(id)).findFirst().orElseThrow()));
    }

    @ParameterizedTest
    @CsvSource({"AllocationQuota.FreeTierOnly,The free tier of the model has been exhausted.",
            "Arrearage,'Access denied, please make sure your account is in good standing.'",
            "AccessDenied,Access denied.", "Model.AccessDenied,Model access denied."})
    void noRequestFailsWhileTheAccountOfTheFirstMayNotSpeak(String code, String message) throws Exception {
        first.faults().always(new Fault.FailAtRunTask(code, message));
        assertTheSecondServes();
    }

    @Test
    void aSilentUpstreamDelaysTheFirstAudioBrieflyAndSoonNotAtAll() throws Exception {
        first.faults().always(new Fault.NoTaskStarted());
        for (int i = 0; i < 3; i++) {
            assertThat(firstAudio()).isLessThan(PATIENCE.plus(SLACK));
        }
        assertThat(firstAudio()).as("while it is left alone").isLessThan(SLACK);
    }

    @Test
    void afterAFreezeOneUpstreamThatIsGoneIsNoFailure() throws Exception {
        artifact.freeze();
        first.faults().always(new Fault.HandshakeStatus(503));
        first.cutIdle(Cut.RST);
        pause(Duration.ofSeconds(3));
        artifact.thaw();
        assertThat(firstAudio()).isLessThan(PATIENCE.plus(SLACK));
    }

    private static Duration firstAudio() throws Exception {
        long since = System.nanoTime();
        HttpResponse<InputStream> response = api.open(new JsonObject().put("input", "Good morning."));
        assertThat(response.statusCode()).isEqualTo(200);
        try (InputStream audio = response.body()) {
            audio.read();
            Duration first = Duration.ofNanos(System.nanoTime() - since);
            audio.readAllBytes();
            return first;
        }
    }
}
