package dev.warmvoice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;

import dev.warmvoice.faults.FaultMatrix.NetworkCell;
import dev.warmvoice.faults.FaultMatrix.ServiceFault;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Phase;
import dev.warmvoice.testing.PoolHealth;
import dev.warmvoice.testing.Sample;
import dev.warmvoice.testing.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole {@link FaultMatrix} at one entry point of the packaged artifact, in one process. Each cell begins with a
 * pool of new connections, so that cells are independent.
 *
 * <p>
 * Timeouts are short so that the run takes about a minute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultScenarios {

    private static final String TEXT = "Good morning.";
    private static final int WARM_UP = 30;
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(2);
    /** Idle threads that the HTTP client and the workers keep for a while. A leak would add one in each cell. */
    private static final int IDLE_THREADS = 12;

    /**
     * What a client received.
     *
     * @param how the outcome in the words of {@link EntryPoint#tells}
     */
    record Heard(String how, byte[] audio) {
    }

    private final EntryPoint door;
    private final int poolSize;
    private final StringBuilder report = new StringBuilder();
    private final Sample recoveries = new Sample();
    private Emulator emulator;
    private TcpProxy network;
    private byte[] whole;
    private int threadsBefore;
    private int racesBefore;

    FaultScenarios(EntryPoint door, int poolSize) {
        this.door = door;
        this.poolSize = poolSize;
    }

    /** Starts the process with these settings. */
    abstract void open(Map<String, String> settings) throws Exception;

    /** Requests speech for a text. */
    abstract Heard speak(String text) throws Exception;

    /** The body of {@code /q/health/ready}. */
    JsonObject health() throws Exception {
        return new JsonObject(artifact().api().get("/q/health/ready").body());
    }

    abstract Artifact artifact();

    /** Ends the process. */
    abstract void close() throws Exception;

    @BeforeAll
    void start() throws Exception {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0).withFrameBytes(400));
        network = new TcpProxy(emulator.port());
        Map<String, String> settings = new HashMap<>(Map.of(
                "warmvoice.dashscope.url", emulator.url().toString().replace(":" + emulator.port(),
                        ":" + network.port()),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.rate.per-second", "0",
                "warmvoice.pool.size", Integer.toString(poolSize),
                "warmvoice.pool.acquire-timeout", "1s",
                "warmvoice.pool.unauthorized-retry", "1s",
                "warmvoice.task.connect-timeout", "800ms",
                "warmvoice.task.start-timeout", "800ms",
                "warmvoice.task.first-audio-timeout", "2500ms",
                "warmvoice.task.stall-timeout", "1500ms"));
        // The log then shows why there was a second attempt.
        settings.put("quarkus.log.category.\"dev.warmvoice.speech\".level", "DEBUG");
        open(settings);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(this::isWhole);
        speak(TEXT);
        whole = Emulator.audioOf(emulator.journal().lastTask());
        for (int i = 0; i < WARM_UP; i++) {
            assertServed(speak(TEXT));
        }
        threadsBefore = artifact().threads();
        report.append("| fault | tasks | pool whole after, ms | threads |\n| --- | --- | --- | --- |\n");
    }

    @AfterAll
    void stop() throws Exception {
        try {
            if (recoveries.size() > 0) {
                report.append(String.format(Locale.ROOT, "%n%d cells; pool whole again after %.0f ms (median), %.0f ms "
                        + "(p99), %.0f ms (longest); threads before %d, after %d%n", recoveries.size(),
                        recoveries.median(), recoveries.p99(), recoveries.max(), threadsBefore, artifact().threads()));
                Files.writeString(Path.of("target", "faults-" + door.name().toLowerCase(Locale.ROOT) + ".md"), report);
            }
        } finally {
            close();
            network.close();
            emulator.close();
        }
    }

    static List<NetworkCell> network() {
        return FaultMatrix.networkFaults();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void network(NetworkCell cell) throws Exception {
        prepare();
        int before = network.tasks();
        network.trouble(cell.phase(), cell.trouble());
        if (cell.phase() == Phase.HANDSHAKE) {
            network.cut();
        } else if (cell.phase() == Phase.RETURN) {
            assertServed(speak(TEXT));
            await().alias("trouble").until(network::hasStruck);
            before = network.tasks();
        }
        Heard heard = speak(TEXT);
        int tasks = network.tasks() - before;
        await().alias("trouble").until(network::hasStruck);
        end();
        check(cell.toString(), cell.outcome(), heard, tasks);
    }

    static List<ServiceFault> service() {
        return FaultMatrix.serviceFaults();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void service(ServiceFault cell) throws Exception {
        prepare();
        int before = network.tasks();
        int connections = network.accepted();
        if (cell.always()) {
            emulator.faults().always(cell.fault());
        } else {
            emulator.faults().next(cell.fault());
        }
        if (cell.isOfNewConnections()) {
            network.cut();
        }
        if (cell.fault() instanceof Fault.EarlyCut) {
            // The pool needs the handshakes first: a request that started one itself would fail.
            await().until(() -> emulator.faults().pending().size() == 1 && isWhole());
        } else if (cell.fault() instanceof Fault.IdleCut cut) {
            await().until(() -> network.accepted() >= connections + poolSize);
            pause(cut.after().multipliedBy(2));
        }
        Heard heard = speak(TEXT);
        int tasks = network.tasks() - before;
        end();
        check(cell.toString(), cell.outcome(), heard, tasks);
    }

    /** Checks a cell right after its fault has ended. */
    private void check(String cell, ExpectedOutcome outcome, Heard heard, int tasks) throws Exception {
        long end = System.nanoTime();
        await().atMost(WHOLE_WITHIN).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(isWhole()).as(() -> cell + ": the pool is whole: " + state()).isTrue());
        long recovered = System.nanoTime() - end;
        recoveries.addNanos(recovered);
        int threads = artifact().threads();
        report.append(String.format(Locale.ROOT, "| %s | %d | %.0f | %d |%n", cell, tasks, recovered / 1e6, threads));
        assertThat(threads).as("threads after %s", cell).isLessThanOrEqualTo(threadsBefore + IDLE_THREADS);
        assertThat(heard.how()).as(cell).isIn(door.tells(outcome));
        int races = races() - racesBefore;
        assertThat(outcome.takes(tasks) || outcome.takes(tasks - races))
                .as("%s: %d tasks are allowed, %d of them beside another", cell, tasks, races).isTrue();
        if (outcome.isServed()) {
            assertServed(heard);
        } else {
            assertThat(heard.audio()).as("a part of the audio").hasSizeLessThanOrEqualTo(whole.length)
                    .isEqualTo(Arrays.copyOf(whole, heard.audio().length));
        }
        assertServed(speak(TEXT));
    }

    private void assertServed(Heard heard) {
        assertThat(heard.how()).isEqualTo(door.success());
        assertThat(heard.audio()).isEqualTo(whole);
    }

    /** Renews the pool's connections, and delivers audio at three times its playing speed, so that mid-audio lasts. */
    private void prepare() throws Exception {
        end();
        emulator.faults().always(new Fault.Pacing(0.3));
        int before = network.accepted();
        network.cut();
        await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(10))
                .until(() -> network.accepted() >= before + poolSize && isWhole());
        racesBefore = races();
    }

    /** How many tasks were submitted beside a first one, which a slow machine had not started yet, and have got no text. */
    int races() throws IOException, InterruptedException {
        return (int) artifact().api().sum("warmvoice_pool_races_total");
    }

    /** Ends all faults. */
    private void end() {
        emulator.faults().clear();
        network.heal();
    }

    private boolean isWhole() throws Exception {
        PoolHealth pool = PoolHealth.of(health());
        return pool.active() == 0 && pool.idle() == poolSize && pool.opening() == 0 && pool.waiting() == 0
                && artifact().connectionsTo(network.port()) == poolSize;
    }

    private String state() {
        try {
            return PoolHealth.of(health()) + ", sockets: " + artifact().connectionsTo(network.port());
        } catch (Exception e) {
            return e.toString();
        }
    }
}
