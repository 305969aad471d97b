package dev.warmvoice.faults;

import static dev.warmvoice.testing.Texts.STORY;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A freeze in each phase of a request, with and without its connections. What the process was doing goes on after the thaw,
 * or is done again. Where the same trouble ends a request without a freeze, it is told so, and no audio that breaks off is
 * presented as complete. All settings are the defaults, but Redis has 2 s to answer: in 50 ms no process can be frozen for
 * certain.
 */
@EnabledOnOs(OS.LINUX)
@OnBinary
class FreezePhasesIT {

    /** Longer than a pause that the process takes for its own. */
    private static final Duration SHORT = Duration.ofSeconds(3);
    /** Longer than the service keeps an idle connection open. */
    private static final Duration LONG = Duration.ofSeconds(70);
    /** How long the service holds a request in a phase, so that it can be frozen there. */
    private static final Duration HELD = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private enum Phase {
        HANDSHAKE,
        RUN_TASK,
        FIRST_AUDIO,
        STREAM,
        RETURN,
        RACE,
        REDIS
    }

    /** @param cut what becomes of all connections during the freeze; null if nothing does */
    private record Case(Phase phase, Cut cut) {

        /** Whether the service has the text and does not answer, or the request has lost two connections, the max. */
        boolean mayBeRefused() {
            return phase == Phase.FIRST_AUDIO && cut == Cut.VANISH || phase == Phase.RACE && cut != null;
        }

        boolean mayBreakOff() {
            return cut != null && (phase == Phase.STREAM || phase == Phase.RETURN);
        }
    }

    @Test
    void noPhaseLosesARequest() throws Exception {
        assertThat(runAll(SHORT)).isEmpty();
    }

    @Test
    @Nightly
    void noPhaseLosesARequestInALongFreeze() throws Exception {
        assertThat(runAll(LONG)).isEmpty();
    }

    private static List<String> runAll(Duration freeze) throws Exception {
        List<Case> cases = Stream.of(Phase.values())
                .flatMap(phase -> Stream.of(null, Cut.RST, Cut.VANISH).map(cut -> new Case(phase, cut))).toList();
        ExecutorService lanes = Executors.newFixedThreadPool(4);
        List<String> failures = new ArrayList<>();
        try {
            List<CompletableFuture<Optional<String>>> all = cases.stream()
                    .map(each -> CompletableFuture.supplyAsync(() -> run(each, freeze), lanes)).toList();
            for (CompletableFuture<Optional<String>> each : all) {
                each.get(30, TimeUnit.MINUTES).ifPresent(failures::add);
            }
        } finally {
            lanes.shutdownNow();
        }
        return failures;
    }

    private static Optional<String> run(Case tried, Duration freeze) {
        try (Instance instance = Instance.start(tried.phase)) {
            instance.isServed(tried, freeze);
            instance.isWholeAfterwards();
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(tried + ": " + e);
        }
    }

    /** A process with a service, and a Redis if that is what the phase is about. */
    private record Instance(Emulator service, Artifact artifact, Optional<RedisServer> redis) implements AutoCloseable {

        static Instance start(Phase phase) {
            Emulator service = Emulator.start();
            Optional<RedisServer> redis = phase == Phase.REDIS ? Optional.of(RedisServer.start()) : Optional.empty();
            Map<String, String> settings = Artifact.settings(service);
            redis.ifPresent(server -> settings.putAll(Map.of("warmvoice.rate.shared", server.url(),
                    "warmvoice.rate.shared-timeout", "2s")));
            Artifact artifact = Artifact.launch(settings, Map.of());
            artifact.awaitReady();
            if (redis.isPresent()) {
                // Before that, a task has its turn without Redis.
                await().until(() -> artifact.api().metric("warmvoice_rate_shared") == 1);
            }
            return new Instance(service, artifact, redis);
        }

        void isServed(Case tried, Duration freeze) throws Exception {
            int tasks = service.journal().tasks().size();
            hold(tried.phase);
            CompletableFuture<HttpResponse<InputStream>> answer = CompletableFuture.supplyAsync(this::open);
            awaitPhase(tried.phase, tasks, answer);
            artifact.freeze();
            if (tried.phase == Phase.REDIS) {
                assertThat(service.journal().tasks()).as("tasks before Redis has answered").hasSize(tasks);
            }
            service.faults().clear();
            if (tried.cut != null) {
                cutAll(tried.cut);
            }
            pause(freeze);
            redis.ifPresent(RedisServer::thaw);
            artifact.thaw();
            check(tried, answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }

        private void hold(Phase phase) throws Exception {
            switch (phase) {
                case HANDSHAKE -> {
                    service.faults().always(new Fault.HandshakeDelay(HELD));
                    service.cutIdle(Cut.FIN);
                }
                case RUN_TASK -> service.faults().always(new Fault.StartDelay(HELD));
                case FIRST_AUDIO -> service.faults().always(new Fault.FirstAudioDelay(HELD));
                case STREAM -> service.faults().always(new Fault.Pacing(0.2));
                case RETURN -> service.faults().always(new Fault.Pacing(0));
                case RACE -> {
                    service.faults().next(new Fault.NoTaskStarted());
                    service.faults().always(new Fault.StartDelay(HELD));
                }
                case REDIS -> redis.orElseThrow().freeze();
            }
        }

        private void awaitPhase(Phase phase, int tasks, CompletableFuture<HttpResponse<InputStream>> answer) {
            Journal journal = service.journal();
            await().atMost(PATIENCE).until(() -> switch (phase) {
                case HANDSHAKE -> journal.handshakesAttempted() > journal.handshakesAccepted();
                case RUN_TASK, FIRST_AUDIO -> journal.tasks().size() > tasks;
                case STREAM -> answer.isDone();
                case RETURN -> journal.tasksFinished() > 0;
                case RACE -> journal.tasks().size() > tasks + 1;
                // Redis has not answered, so the process is still to begin a task.
                case REDIS -> true;
            });
        }

        private void cutAll(Cut how) {
            service.acceptKeys("another");
            service.cutUnaccepted(how);
            service.acceptKeys(EmulatorOptions.DEFAULT_API_KEY);
        }

        private HttpResponse<InputStream> open() {
            try {
                return artifact.api().open(new JsonObject().put("input", STORY));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void check(Case tried, HttpResponse<InputStream> response) throws IOException {
            if (tried.mayBeRefused() && response.statusCode() != 200) {
                assertThat(response.statusCode()).isIn(502, 504);
                return;
            }
            assertThat(response.statusCode()).isEqualTo(200);
            byte[] heard;
            try (InputStream audio = response.body()) {
                heard = audio.readAllBytes();
            } catch (IOException brokenOff) {
                assertThat(tried.mayBreakOff()).as("the audio may break off").isTrue();
                return;
            }
            byte[] expected = Emulator.audioOf(
                    service.journal().task(response.headers().firstValue("X-Request-Id").orElseThrow()));
            assertThat(Arrays.equals(heard, expected)).as("%d of %d bytes", heard.length, expected.length).isTrue();
        }

        void isWholeAfterwards() throws Exception {
            assertThat(artifact.api().speak(new JsonObject().put("input", STORY)).statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> artifact.api().metric("warmvoice_pool_idle"), idle -> idle == 4);
        }

        @Override
        public void close() {
            artifact.close();
            service.close();
            redis.ifPresent(RedisServer::close);
        }
    }
}
