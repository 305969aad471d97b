package dev.warmvoice.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;
import static dev.warmvoice.testing.Waits.pause;

import dev.warmvoice.soak.ProcessStats.Sign;
import dev.warmvoice.soak.SoakClient.Heard;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.faults.ExpectedOutcome;
import dev.warmvoice.faults.FaultMatrix;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import dev.warmvoice.testing.Packaged;
import dev.warmvoice.testing.PoolHealth;
import dev.warmvoice.testing.RedisServer;
import dev.warmvoice.testing.TraceCollector;
import dev.warmvoice.testing.TwoUpstreams;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Clients of every kind for a long time, with random faults of two upstreams and of Redis, and with freezes; with a cache, a
 * shared rate and traces. Audio is never wrong, each failure has an injected fault as its cause, and memory, threads and
 * files do not grow after the warm-up.
 */
@EnabledOnOs(OS.LINUX)
@OnBinary
class SoakIT {

    private static final Duration LENGTH = Duration.parse(System.getProperty("soak", "PT1M"));
    /** The warm-up; growth during it is no leak. */
    private static final Duration WARM_UP = Stream.of(Duration.ofMinutes(5), LENGTH.dividedBy(3))
            .min(Duration::compareTo)
            .orElseThrow();
    private static final double FLAT = 1.05;
    private static final int POOL_SIZE = 10;
    /** The think time of a client in milliseconds, so that the test is not CPU-bound. */
    private static final int LONGEST_PAUSE = 100;
    private static final List<String> TEXTS = List.of("Good morning.", "Your train leaves at nine.",
            "The quick brown fox jumps over the lazy dog, again and again.", "早上好。 How are you today?");
    private static final List<String> FORMATS = List.of("mp3", "pcm", "wav", "opus");
    /** How many ways there are to ask again for a text in a format. */
    private static final int VARIANTS = 6;
    /** A request may share a task that began before it. */
    private static final Duration LONGEST_TASK = Duration.ofSeconds(15);
    private static final Duration CACHED = Duration.ofSeconds(20);

    private final Map<String, byte[]> expected = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private TwoUpstreams services;
    private SoakFaults trouble;

    @Test
    void leaksNothingAndFailsOnlyOnInjectedFaults() throws Exception {
        long seed = System.nanoTime();
        Optional<RedisServer> redis = RedisServer.isInstalled() ? Optional.of(RedisServer.start()) : Optional.empty();
        try (TwoUpstreams upstreams = TwoUpstreams.start(EmulatorOptions.defaults().withTasksPerSecond(0)
                .withFrameBytes(1000).withRealTimeFactor(0.05));
                TraceCollector collector = new TraceCollector();
                Artifact artifact = Artifact.launch(Packaged.here(), settings(upstreams, redis, collector), Map.of(),
                        "-Xmx128m", Artifact.PRINT_GC)) {
            services = upstreams;
            artifact.awaitReady();
            rehearse(artifact.api());
            trouble = new SoakFaults(all(), artifact, redis, seed);
            ProcessStats vitals = new ProcessStats(artifact);
            long over = System.nanoTime() + LENGTH.toNanos();
            run(artifact, vitals, over);
            all().forEach(service -> service.faults().clear());
            report(vitals, artifact, seed);
            assertThat(unexpected).as("failures without a cause, seed %d", seed).isEmpty();
            assertThat(collector.received()).contains("speech cosyvoice-v3-flash");
            assertWhole(artifact);
            for (Sign sign : Sign.values()) {
                assertThat(last(vitals, sign)).isNotNaN().as("%s in the end", sign)
                        .isLessThanOrEqualTo(FLAT * first(vitals, sign) + sign.grain());
            }
        } finally {
            redis.ifPresent(RedisServer::close);
        }
    }

    private List<Emulator> all() {
        return List.of(services.first(), services.second());
    }

    private void run(Artifact artifact, ProcessStats vitals, long over) {
        Api api = artifact.api();
        Map<String, Supplier<SoakClient>> clients = Map.of("HTTP", () -> SoakClient.patient(api), "HTTP, again",
                () -> SoakClient.patient(api), "HTTP, slow", () -> SoakClient.slow(api), "HTTP, leaving",
                () -> SoakClient.leaving(api), "server-sent events", () -> SoakClient.ofEvents(api), "live",
                () -> SoakClient.live(artifact, false), "live, again", () -> SoakClient.live(artifact, false),
                "live, cancelling", () -> SoakClient.live(artifact, true));
        ExecutorService threads = Executors.newCachedThreadPool();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        clients.forEach((kind, client) -> all
                .add(CompletableFuture.runAsync(() -> talk(kind, client, over), threads)));
        all.add(CompletableFuture.runAsync(() -> watch(vitals, over), threads));
        trouble.makeUntil(over);
        all.forEach(CompletableFuture::join);
        threads.shutdown();
    }

    private void talk(String kind, Supplier<SoakClient> client, long over) {
        Random choice = new Random(kind.hashCode());
        try (SoakClient mine = client.get()) {
            while (System.nanoTime() - over < 0) {
                String text = TEXTS.get(choice.nextInt(TEXTS.size()));
                String format = FORMATS.get(choice.nextInt(FORMATS.size()));
                numbers.incrementAndGet();
                String variant = choice.nextBoolean()
                        ? "Number " + numbers.get() + " of " + kind
                        : "Again " + choice.nextInt(VARIANTS) + ", " + TEXTS.indexOf(text) + format;
                long begun = System.nanoTime();
                Heard heard = mine.speak(call(text, format).put("instructions", variant));
                check(kind, variant, begun, text + format, heard);
                pause(Duration.ofMillis(choice.nextInt(LONGEST_PAUSE)));
            }
        } catch (Exception | AssertionError e) {
            unexpected.add(kind + ": " + e);
        }
    }

    private void check(String kind, String variant, long begun, String what, Heard heard) {
        byte[] whole = expected.get(what);
        if (heard.isWhole() ? !Arrays.equals(whole, heard.audio()) : !isBeginning(heard.audio(), whole)) {
            unexpected.add(kind + ": wrong bytes, of " + what);
        }
        if (heard.failure().isEmpty()) {
            count(kind + " | " + (heard.isWhole() ? "spoken" : "disconnected"));
        } else {
            boolean made = isMade(variant, begun, heard);
            count(kind + (made ? " | failed by an injected fault" : " | failed unexpectedly"));
            if (!made) {
                unexpected.add(kind + ": " + heard.failure() + " after " + heard.audio().length + " bytes, "
                        + tasks(variant, begun).toList());
            }
        }
    }

    private static boolean isBeginning(byte[] part, byte[] whole) {
        return part.length <= whole.length && Arrays.equals(part, 0, part.length, whole, 0, part.length);
    }

    /**
     * Whether the failure has a cause: the last of its tasks had a fault, or any where several clients ask for the same; or
     * there was no audio and new connections were in trouble; or the service had sent everything and a reset discarded the
     * unread rest.
     */
    private boolean isMade(String variant, long begun, Heard heard) {
        if (heard.audio().length == 0 && trouble.isOfConnections()) {
            return true;
        }
        Stream<Journal.Task> tasks = tasks(variant, begun);
        return (variant.startsWith("Again") ? tasks : tasks.reduce((former, latter) -> latter).stream())
                .anyMatch(task -> isToFail(task.fault())
                        || task.outcome() == Journal.Outcome.FINISHED && trouble.hasResetSince(task.runTaskNanos()));
    }

    /** The tasks of a request that began then, or which it shares, in order. */
    private Stream<Journal.Task> tasks(String variant, long begun) {
        return all().stream().flatMap(service -> service.journal().tasks().stream())
                .filter(task -> variant.equals(task.parameters().getString("instruction"))
                        && task.runTaskNanos() - begun > -LONGEST_TASK.toNanos())
                .sorted(Comparator.comparingLong(Journal.Task::runTaskNanos));
    }

    private static boolean isToFail(Fault fault) {
        return FaultMatrix.serviceFaults().stream()
                .anyMatch(cell -> cell.fault().equals(fault) && !cell.outcome().equals(ExpectedOutcome.SERVED));
    }

    private void watch(ProcessStats vitals, long over) {
        while (System.nanoTime() - over < 0) {
            pause(Duration.ofSeconds(1));
            try {
                if (trouble.awake().tryLock(1, TimeUnit.SECONDS)) {
                    try {
                        vitals.take();
                    } finally {
                        trouble.awake().unlock();
                    }
                }
            } catch (IOException | InterruptedException e) {
                unexpected.add("vitals: " + e);
            }
        }
    }

    private void rehearse(Api api) throws IOException, InterruptedException {
        for (String text : TEXTS) {
            for (String format : FORMATS) {
                byte[] audio = api.speak(call(text, format).put("instructions", "Rehearsal")).body();
                assertThat(audio).isEqualTo(Emulator.audioOf(services.first().journal().lastTask()));
                expected.put(text + format, audio);
            }
        }
    }

    private static JsonObject call(String text, String format) {
        return new JsonObject().put("input", text).put("response_format", format);
    }

    private void count(String what) {
        counts.computeIfAbsent(what, known -> new AtomicInteger()).incrementAndGet();
    }

    private static double first(ProcessStats vitals, Sign sign) {
        return vitals.typical(sign, WARM_UP, WARM_UP.plus(LENGTH.minus(WARM_UP).dividedBy(3)));
    }

    private static double last(ProcessStats vitals, Sign sign) {
        return vitals.typical(sign, LENGTH.minus(LENGTH.minus(WARM_UP).dividedBy(3)), LENGTH.plusMinutes(1));
    }

    private void assertWhole(Artifact artifact) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(PoolHealth.of(artifact.api())).isEqualTo(PoolHealth.atRest(2 * POOL_SIZE));
            for (Emulator service : all()) {
                assertThat(artifact.connectionsTo(service.port())).isEqualTo(POOL_SIZE);
            }
        });
        assertThat(all()).allMatch(service -> service.journal().tasksRunning() == 0);
    }

    private void report(ProcessStats vitals, Artifact artifact, long seed)
            throws IOException, InterruptedException {
        String kind = Artifact.isNative() ? "binary" : "jar";
        StringBuilder page = new StringBuilder(String.format(Locale.ROOT,
                "The %s, %d minutes, seed %d: %d requests, %d failures without a cause%n%n", kind, LENGTH.toMinutes(),
                seed, numbers.get(), unexpected.size()));
        page.append(
                String.format(Locale.ROOT, "| | from minute %.1f on, first third | last third | |%n| --- | --- | --- "
                        + "| --- |%n", WARM_UP.toSeconds() / 60.0));
        for (Sign sign : Sign.values()) {
            page.append(String.format(Locale.ROOT, "| %s | %.1f | %.1f | %.3f × |%n", sign, first(vitals, sign),
                    last(vitals, sign), last(vitals, sign) / first(vitals, sign)));
        }
        page.append("\n| client | outcome | requests |\n| --- | --- | --- |\n");
        counts.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(count -> page.append("| ").append(count.getKey()).append(" | ").append(count.getValue())
                        .append(" |\n"));
        page.append("\n| trouble | times |\n| --- | --- |\n");
        trouble.counts().forEach((what, times) -> page.append("| ").append(what).append(" | ").append(times)
                .append(" |\n"));
        page.append("\n| cache | requests |\n| --- | --- |\n");
        for (String result : List.of("hit", "shared", "miss")) {
            page.append(String.format(Locale.ROOT, "| %s | %.0f |%n", result,
                    artifact.api().metric("warmvoice_cache_requests_total{result=\"" + result + "\"}")));
        }
        unexpected.forEach(failure -> page.append("\n- ").append(failure));
        Files.writeString(Path.of("target", "soak-" + kind + ".md"), page);
        vitals.plot("soak-" + kind, "Soak of the " + kind + ", with faults and freezes");
    }

    /** Settings for freezes a tenth as long as in production. */
    private static Map<String, String> settings(TwoUpstreams services, Optional<RedisServer> redis,
            TraceCollector collector) {
        Map<String, String> settings = services.settings();
        settings.putAll(Map.of("warmvoice.pool.size", Integer.toString(POOL_SIZE),
                "warmvoice.pool.max-idle", "2500ms",
                "warmvoice.pool.suspension-gap", "500ms",
                "warmvoice.pool.unauthorized-retry", "1s",
                "warmvoice.task.start-timeout", "2s",
                "warmvoice.task.first-audio-timeout", "6s",
                "warmvoice.task.stall-timeout", "4s"));
        settings.putAll(Map.of("warmvoice.cache.size-bytes", "2000000", "warmvoice.cache.ttl", CACHED.toString(),
                "warmvoice.traces.endpoint", collector.endpoint(), "warmvoice.rate.per-second", "200"));
        redis.ifPresent(server -> settings.putAll(Map.of("warmvoice.rate.shared", server.url(),
                "warmvoice.cache.shared", server.url(), "warmvoice.cache.secret", "a-secret-of-some-length")));
        // Production log level: logging each frame is a load of its own.
        settings.put("quarkus.log.level", "INFO");
        return settings;
    }
}
