package dev.warmvoice.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Freezes of the binary as on Lambda: between invocations, from the request for the next event on, while the service
 * ends the connection in every possible way. Every invocation returns its audio. Writes {@code
 * target/figures-lambda.md}.
 */
@EnabledOnOs(OS.LINUX)
class LambdaFreezeIT {

    private static final int INVOCATIONS = 100;
    private static final int NIGHTLY_INVOCATIONS = 200;
    private static final Duration MAX_IDLE = Duration.ofSeconds(25);
    private static final List<String> TEXTS = List.of("Good morning. Your train leaves at nine.", "Mind the gap.",
            "The next stop is the main station. Change here for all other lines.", "Thank you for waiting.");

    /** A request whose audio nearly fills an answer. */
    private static final JsonObject LONGEST = new JsonObject().put("input", TEXTS.get(2).repeat(13))
            .put("response_format", "pcm").put("sample_rate", 48_000);

    /** One freeze: its length and how the connection ends meanwhile; null keeps it. */
    private record Freeze(Duration time, Cut cut) {

        /** Whether the connection stays open and younger than max-idle. */
        boolean leavesTheConnection() {
            return cut == null && time.compareTo(MAX_IDLE) < 0;
        }

        String kind() {
            if (cut != null) {
                return "3 after a freeze in which the service ended the connection";
            }
            return time.compareTo(MAX_IDLE) >= 0
                    ? "4 after a freeze of more than 25 s"
                    : time.compareTo(Duration.ofSeconds(1)) < 0
                            ? "1 after a freeze of less than 1 s"
                            : "2 after a freeze of 1 to 25 s";
        }
    }

    /** One answered invocation. */
    private record Answered(Freeze after, Duration took, boolean warm) {
    }

    @BeforeAll
    static void onlyTheBinaryPollsForEvents() throws IOException {
        assumeTrue(Artifact.isNative(), "on a JVM, Quarkus polls for events in dev mode and in tests only");
    }

    @Test
    void everyInvocationReturnsItsAudioAfterAFreeze() throws Exception {
        Random random = new Random(17);
        List<Freeze> plan = new ArrayList<>();
        addEachCutAndNone(plan, 8, () -> random.nextInt(2_500, 4_000));
        run(shuffled(plan, INVOCATIONS, random));
    }

    /** Takes ten minutes; freezes last up to 70 s. */
    @Test
    @Nightly
    void everyInvocationReturnsItsAudioAfterALongFreeze() throws Exception {
        Random random = new Random(17);
        List<Freeze> plan = new ArrayList<>();
        for (int seconds : new int[]{26, 28, 30, 33, 36, 40, 62, 70}) {
            plan.add(new Freeze(Duration.ofSeconds(seconds), null));
        }
        addEachCutAndNone(plan, 24, () -> random.nextInt(4_000, 10_000));
        addEachCutAndNone(plan, 40, () -> random.nextInt(500, 4_000));
        run(shuffled(plan, NIGHTLY_INVOCATIONS, random));
    }

    private static void run(List<Freeze> plan) throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                LambdaInstance function = LambdaInstance.start(settings(emulator))) {
            List<byte[]> expected = expected(emulator, function);
            long before = function.artifact().residentKib();
            List<Answered> answered = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            for (int i = 0; i < plan.size(); i++) {
                Freeze freeze = plan.get(i);
                int text = i % TEXTS.size();
                function.awaitIdle();
                function.artifact().freeze();
                if (freeze.cut != null) {
                    emulator.cutIdle(freeze.cut);
                }
                pause(freeze.time);
                function.artifact().thaw();
                LambdaInvocation.Outcome outcome = LambdaInstance.await(function
                        .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", TEXTS.get(text)))));
                String failure = failure(outcome, expected.get(text));
                if (failure == null) {
                    answered.add(new Answered(freeze, outcome.took(), FunctionUrlAnswer.of(outcome)
                            .header("X-Connection").orElseThrow().equals("warm")));
                } else {
                    failures.add("invocation " + i + " after " + freeze + ": " + failure);
                }
            }
            long after = function.artifact().residentKib();
            int largest = function.speak(LONGEST).body().length;
            report(answered, failures, String.format(Locale.ROOT,
                    "RSS at the start: %d MB; after %d invocations: %d MB; after an answer of %.1f MB: %d MB",
                    before / 1024, plan.size(), after / 1024, largest / 1e6,
                    function.artifact().residentKib() / 1024));
            assertThat(largest).isGreaterThan(4_000_000);
            assertThat(failures).isEmpty();
            assertThat(answered).hasSize(plan.size());
            assertThat(answered).filteredOn(each -> each.after.leavesTheConnection())
                    .as("reuses the connection of the previous invocation").allMatch(Answered::warm);
            assertThat(function.api().responses()).isEqualTo(plan.size() + TEXTS.size() + 1);
            assertThat(function.api().errors()).isEmpty();
            assertThat(function.api().refused()).isEmpty();
            assertThat(emulator.journal().tasksRunning()).isZero();
        }
    }

    /** Lambda may start an instance before any event, and freezes it once it asks for the first one. */
    @Test
    void servesAfterAFreezeDuringItsFirstHandshake() throws Exception {
        for (Duration handshake : List.of(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(400))) {
            EmulatorOptions slow = EmulatorOptions.defaults().withTasksPerSecond(0).withHandshakeDelay(handshake);
            try (Emulator emulator = Emulator.start(slow);
                    LambdaInstance function = LambdaInstance.start(settings(emulator))) {
                function.artifact().freeze();
                pause(Duration.ofMillis(2500));
                function.artifact().thaw();
                FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", TEXTS.get(0)));
                assertThat(answer.status()).as("%s", handshake).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
            }
        }
    }

    /** The event arrives while the process is frozen. */
    @Test
    void servesAnEventThatArrivesDuringAFreeze() throws Exception {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
                LambdaInstance function = LambdaInstance.start(settings(emulator))) {
            for (Cut cut : cuts()) {
                function.awaitIdle();
                function.artifact().freeze();
                if (cut != null) {
                    emulator.cutIdle(cut);
                }
                CompletableFuture<LambdaInvocation.Outcome> outcome = function
                        .invoke(FunctionUrlEvent.speech(new JsonObject().put("input", TEXTS.get(0))));
                pause(Duration.ofMillis(300));
                assertThat(outcome).isNotDone();
                function.artifact().thaw();
                FunctionUrlAnswer answer = LambdaInstance.answer(outcome);
                assertThat(answer.status()).as("%s", cut).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
            }
        }
    }

    private static List<byte[]> expected(Emulator emulator, LambdaInstance function) throws Exception {
        List<byte[]> expected = new ArrayList<>();
        for (String text : TEXTS) {
            FunctionUrlAnswer answer = function.speak(new JsonObject().put("input", text));
            assertThat(answer.status()).isEqualTo(200);
            expected.add(Emulator.audioOf(emulator.journal().lastTask()));
            assertThat(answer.body()).isEqualTo(expected.get(expected.size() - 1));
        }
        return expected;
    }

    /** Cuts the connection; null does nothing. */
    private static String failure(LambdaInvocation.Outcome outcome, byte[] expected) {
        if (outcome.kind() != LambdaInvocation.Kind.RESPONSE) {
            return outcome.kind() + " " + outcome.payload();
        }
        FunctionUrlAnswer answer = FunctionUrlAnswer.of(outcome);
        if (answer.status() != 200) {
            return answer.status() + " " + answer.json();
        }
        return Arrays.equals(expected, answer.body())
                ? null
                : answer.body().length + " bytes of " + expected.length;
    }

    /** Adds short freezes. Few of them drop the connection, which only a timeout detects: the long ones cover that. */
    private static List<Freeze> shuffled(List<Freeze> plan, int invocations, Random random) {
        while (plan.size() < invocations) {
            Cut cut = plan.size() % 10 == 0 ? Cut.values()[plan.size() / 10 % 3] : null;
            plan.add(new Freeze(Duration.ofMillis(random.nextInt(0, 100)), cut));
        }
        Collections.shuffle(plan, random);
        return plan;
    }

    private static void addEachCutAndNone(List<Freeze> plan, int count, IntSupplier millis) {
        for (int i = 0; i < count; i++) {
            Cut cut = i % 2 == 0 ? null : Cut.values()[i / 2 % Cut.values().length];
            plan.add(new Freeze(Duration.ofMillis(millis.getAsInt()), cut));
        }
    }

    /** All cuts, and null for none. */
    private static List<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>(Arrays.asList(Cut.values()));
        cuts.add(null);
        return cuts;
    }

    private static void report(List<Answered> answered, List<String> failures, String memory) throws IOException {
        StringBuilder table = new StringBuilder(
                "| invocation until its answer, ms | n | warm | median | p99 |\n"
                        + "| --- | --- | --- | --- | --- |\n");
        answered.stream().collect(Collectors.groupingBy(each -> each.after.kind(), TreeMap::new,
                Collectors.toList())).forEach((kind, those) -> table.append(row(kind.substring(2), those)));
        table.append(row("all", answered));
        table.append('\n').append(memory).append("; failed: ").append(failures.size()).append('\n');
        failures.forEach(failure -> table.append(failure).append('\n'));
        Files.writeString(Path.of("target", "figures-lambda.md"), table);
    }

    private static String row(String what, List<Answered> those) {
        Sample times = new Sample();
        those.forEach(each -> times.addNanos(each.took.toNanos()));
        return String.format(Locale.ROOT, "| %s | %d | %d | %.1f | %.1f |%n", what, those.size(),
                those.stream().filter(Answered::warm).count(), times.median(), times.p99());
    }

    /** Uses the production log level, because the test measures times and memory. */
    private static Map<String, String> settings(Emulator emulator) {
        Map<String, String> settings = LambdaInstance.settings(emulator);
        settings.put("quarkus.log.level", "INFO");
        return settings;
    }
}
