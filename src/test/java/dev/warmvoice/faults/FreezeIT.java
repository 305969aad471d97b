package dev.warmvoice.faults;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Freezes and thaws of the process, as on serverless hosts, while the service ends its connections in every possible
 * way. Eight requests come at once, some of them before the thaw. No request fails, hangs or is truncated.
 *
 * <p>
 * Times are scaled 1:10.
 */
@EnabledOnOs(OS.LINUX)
@OnBinary
class FreezeIT {

    private static final int AT_ONCE = 8;
    /** The max number of concurrent requests that may open a second connection beside one in doubt. */
    private static final int RACES = 4;
    /** The max scaled freeze short of max-idle, in milliseconds; leaves room for the test's own overhead. */
    private static final int SHORT_OF_MAX_IDLE = 1800;
    /** The max scaled freeze, in milliseconds, after which every connection is too young to be replaced. */
    private static final int YOUNG = 500;
    /** When requests are sent, in milliseconds after the thaw; -1 is before it. */
    private static final int[] SENT = {-1, 0, 1, 2, 5, 10, 20, 100};

    /** One freeze: its length and how its connections end meanwhile; null keeps them. */
    private record Freeze(Duration time, Cut cut, int sentAfterMillis, boolean leavesAll) {
    }

    private final AtomicInteger thaws = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    @Test
    void noRequestFailsAfterAThaw() throws IOException {
        runAll(List.of(shortPlan(0), shortPlan(1)), List.of(), 20);
    }

    /** Takes ten minutes; some freezes have their full length. */
    @Test
    @Nightly
    void noRequestFailsAfterHundredsOfThaws() throws IOException {
        runAll(fullPlans(), Stream.of(Cut.values()).map(FreezeIT::unscaledPlan).toList(), 300);
    }

    private void runAll(List<List<Freeze>> scaled, List<List<Freeze>> unscaled, int minThaws) throws IOException {
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        scaled.forEach(plan -> lanes.add(CompletableFuture.runAsync(() -> run(plan, 10), FreezeIT::onNewThread)));
        unscaled.forEach(plan -> lanes.add(CompletableFuture.runAsync(() -> run(plan, 1), FreezeIT::onNewThread)));
        lanes.forEach(CompletableFuture::join);
        String summary = thaws + " thaws, " + requests + " requests, " + failures.size() + " failed, hung or truncated";
        Files.writeString(Path.of("target", "freeze.txt"), summary + "\n" + String.join("\n", failures));
        assertThat(failures).as(summary).isEmpty();
        assertThat(thaws.get()).isGreaterThanOrEqualTo(minThaws);
    }

    private static void onNewThread(Runnable work) {
        new Thread(work, "lane").start();
    }

    private static List<Freeze> shortPlan(int lane) {
        List<Freeze> plan = new ArrayList<>();
        int turn = lane;
        for (int millis : new int[]{100, 500, SHORT_OF_MAX_IDLE}) {
            for (Cut cut : cuts()) {
                plan.add(scaled(millis, cut, SENT[turn++ % SENT.length]));
            }
        }
        plan.add(scaled(4000, Cut.values()[lane], SENT[lane]));
        plan.add(scaled(7000, null, SENT[lane]));
        return plan;
    }

    private static List<List<Freeze>> fullPlans() {
        List<List<Freeze>> plans = new ArrayList<>();
        for (Cut cut : cuts()) {
            List<Freeze> plan = new ArrayList<>();
            for (int millis : new int[]{100, 500, 500, SHORT_OF_MAX_IDLE, SHORT_OF_MAX_IDLE, 4000, 7000}) {
                for (int sent : SENT) {
                    plan.add(scaled(millis, cut, sent));
                }
            }
            plans.add(plan);
        }
        return plans;
    }

    private static List<Freeze> unscaledPlan(Cut cut) {
        return IntStream.of(1, 5, 20, 40, 70)
                .mapToObj(seconds -> new Freeze(Duration.ofSeconds(seconds), cut, SENT[seconds % SENT.length], false))
                .toList();
    }

    private static Freeze scaled(int millis, Cut cut, int sent) {
        return new Freeze(Duration.ofMillis(millis), cut, sent,
                cut == null && millis <= YOUNG);
    }

    private static List<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>(Arrays.asList(Cut.values()));
        cuts.add(null);
        return cuts;
    }

    private void run(List<Freeze> plan, int scale) {
        EmulatorOptions service = EmulatorOptions.defaults().withTasksPerSecond(0)
                .withIdleClose(Duration.ofSeconds(60).dividedBy(scale));
        try (Emulator emulator = Emulator.start(service);
                Artifact artifact = Artifact.start(settings(emulator, scale))) {
            Journal journal = emulator.journal();
            warmUp(artifact);
            byte[] expected = Emulator.audioOf(journal.lastTask().model(), journal.lastTask().parameters(), SENTENCE);
            for (Freeze freeze : plan) {
                awaitWhole(artifact);
                int handshakes = journal.handshakesAttempted();
                artifact.freeze();
                if (freeze.cut != null) {
                    emulator.cutIdle(freeze.cut);
                }
                pause(freeze.time);
                List<CompletableFuture<HttpResponse<byte[]>>> answers;
                if (freeze.sentAfterMillis < 0) {
                    answers = speak(artifact);
                    artifact.thaw();
                } else {
                    artifact.thaw();
                    spin(Duration.ofMillis(freeze.sentAfterMillis));
                    answers = speak(artifact);
                }
                thaws.incrementAndGet();
                check(answers, expected, freeze.toString());
                if (freeze.leavesAll && journal.handshakesAttempted() - handshakes > RACES) {
                    failures.add(freeze + ": " + (journal.handshakesAttempted() - handshakes) + " reconnects");
                }
                // Uses every connection once more, so that each freeze begins with young connections.
                check(speak(artifact), expected, "second round after " + freeze);
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(e.toString());
        }
    }

    /** The first tasks of a JVM that compiles take longer than a tenth of the start timeout allows. */
    private void warmUp(Artifact artifact) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> speak(artifact).stream().map(CompletableFuture::join)
                        .allMatch(r -> r.statusCode() == 200));
    }

    /** Waits for the handshakes of the previous freeze; polls without pause because connections age meanwhile. */
    private static void awaitWhole(Artifact artifact) {
        Api api = artifact.api();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .until(() -> api.metric("warmvoice_pool_idle"), idle -> idle == AT_ONCE);
    }

    private List<CompletableFuture<HttpResponse<byte[]>>> speak(Artifact artifact) {
        Api api = artifact.api();
        requests.addAndGet(AT_ONCE);
        return IntStream.range(0, AT_ONCE).mapToObj(i -> api.speakLater(new JsonObject().put("input", SENTENCE)))
                .toList();
    }

    private void check(List<CompletableFuture<HttpResponse<byte[]>>> answers, byte[] expected, String when) {
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            try {
                HttpResponse<byte[]> response = answer.join();
                if (response.statusCode() != 200) {
                    failures.add(when + ": " + new String(response.body(), StandardCharsets.UTF_8));
                } else if (expected != null && !Arrays.equals(expected, response.body())) {
                    failures.add(when + ": " + response.body().length + " bytes of " + expected.length);
                }
            } catch (CompletionException e) {
                failures.add(when + ": " + e.getCause());
            }
        }
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static Map<String, String> settings(Emulator emulator, int scale) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "warmvoice.dashscope.url", emulator.url().toString(),
                "warmvoice.dashscope.api-key", EmulatorOptions.DEFAULT_API_KEY,
                "warmvoice.rate.per-second", "0",
                "warmvoice.pool.size", Integer.toString(AT_ONCE),
                "warmvoice.pool.max-idle", Duration.ofSeconds(25).dividedBy(scale).toMillis() + "ms",
                // Not a tenth of 2 s: that is shorter than a heartbeat, and each beat would then count as a suspension.
                "warmvoice.pool.suspension-gap", scale > 1 ? "500ms" : "2s"));
        // Debug logging takes unscaled time, so it is off.
        settings.put("quarkus.log.level", "INFO");
        if (scale > 1) {
            // More than a tenth of 3 s: the processors are not ten times as fast.
            settings.put("warmvoice.task.start-timeout", "1s");
        }
        return settings;
    }
}
