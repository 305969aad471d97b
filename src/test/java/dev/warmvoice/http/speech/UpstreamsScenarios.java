package dev.warmvoice.http.speech;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static dev.warmvoice.testing.Texts.STORY;
import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.TwoUpstreams.Services;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two upstreams, of which the first fails in one way after the other, and no request does. */
abstract class UpstreamsScenarios {

    private static final int AT_A_TIME = 3;
    private static final int ROUNDS = 4;

    private Emulator first;
    private Emulator second;
    private Api api;

    abstract Services services();

    abstract Api api();

    @BeforeEach
    void ready() {
        api = api();
        first = services().first();
        second = services().second();
        await().until(() -> api.get("/q/health/ready").body().contains("\"upstream-first\": \"UP\""));
        await().until(() -> api.get("/q/health/ready").body().contains("\"upstream-second\": \"UP\""));
    }

    @AfterEach
    void recover() {
        first.faults().clear();
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
        int before = second.journal().tasks().size();
        first.faults().next(new Fault.CloseFrame(1011, 3));
        assertThatThrownBy(() -> api.speak(new JsonObject().put("input", STORY))).isInstanceOf(IOException.class);
        assertThat(second.journal().tasks()).hasSize(before);
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
    final void assertTheSecondServes() throws Exception {
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

    private HttpResponse<byte[]> speak() throws Exception {
        HttpResponse<byte[]> response = api.speak(new JsonObject().put("input", SENTENCE));
        assertSpoken(response);
        return response;
    }

    private void assertSpoken(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(() -> new String(response.body())).isEqualTo(200);
        String id = response.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(response.body()).isEqualTo(Emulator.audioOf(Stream
                .concat(first.journal().tasks().stream(), second.journal().tasks().stream())
                .filter(task -> task.taskId().equals(id)).findFirst().orElseThrow()));
    }
}
