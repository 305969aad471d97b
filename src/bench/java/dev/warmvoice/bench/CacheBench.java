package dev.warmvoice.bench;

import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.RedisServer;
import dev.warmvoice.testing.Sample;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the cache saves, and what it costs. What is compared is measured by turns. */
class CacheBench {

    /** 10 kB of MP3. */
    private static final String SENTENCE = "Good morning, all.";
    private static final int WARM_UP = 300;
    private static final int TURNS = 1000;
    /** The difference is small, and the service's answers vary. */
    private static final int MISSES = 4 * TURNS;
    private static final int CLIENTS = 8;
    private static final Duration LOAD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int CACHE_BYTES = 64_000_000;
    private static final int MEGA = 1_000_000;

    @Test
    void hits() throws Exception {
        try (ServiceProcess service = ServiceProcess.start();
                Artifact artifact = Artifact.start(cached(service));
                BareServer bare = new BareServer(SENTENCE);
                LoadClient limit = new HttpLoadClient(bare.base());
                LoadClient hit = new HttpLoadClient(artifact.base())) {
            Sample lower = new Sample();
            Sample ours = new Sample();
            for (int i = -WARM_UP; i < TURNS; i++) {
                long bareNanos = firstAudio(limit, SENTENCE);
                long ourNanos = firstAudio(hit, SENTENCE);
                if (i >= 0) {
                    lower.addNanos(bareNanos);
                    ours.addNanos(ourNanos);
                }
            }
            double added = ours.median() - lower.median();
            ClosedLoopLoad load = new ClosedLoopLoad(Duration.ofMillis(1), SENTENCE).talk(CLIENTS, LOAD,
                    () -> new HttpLoadClient(artifact.base()));
            double rate = load.heard() / (double) LOAD.toSeconds();
            new Report("11-cache-hits").data("bare, ms", lower).data("hit, ms", ours)
                    .row("first audio of a cache hit, ms: median, p99 of " + TURNS, Report.figures(ours),
                            "bare HTTP answer " + Report.figures(lower), "+ ≤ 0.2: " + Report.plus(added), added <= 0.2)
                    .row("hits a second, " + CLIENTS + " clients on the same processors, "
                            + Expected.of(SENTENCE).length / 1000 + " kB", String.format(Locale.ROOT, "%.0f", rate),
                            load.failures().size() + " failed", "≥ 5000", rate >= 5000)
                    .write();
        }
    }

    /** Each phrase is in Redis and not yet in the memory of the process that is asked. */
    @Test
    void sharedHits() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(); RedisServer redis = RedisServer.start()) {
            Map<String, String> settings = cached(service);
            settings.put("warmvoice.cache.shared", redis.url());
            settings.put("warmvoice.cache.secret", "a secret of more than 32 characters for the bench");
            try (Artifact filling = Artifact.start(settings);
                    Artifact asked = Artifact.start(settings);
                    LoadClient writer = new HttpLoadClient(filling.base());
                    LoadClient reader = new HttpLoadClient(asked.base());
                    RedisPing ping = new RedisPing(redis.url())) {
                Sample memory = new Sample();
                Sample shared = new Sample();
                Sample roundTrip = new Sample();
                int lost = 0;
                for (int i = -WARM_UP; i < TURNS; i++) {
                    String text = phrase(i);
                    int keys = ping.keys();
                    writer.speak(text);
                    if (!ping.awaitMoreThan(keys)) {
                        // After a late answer of Redis nothing is stored for a second.
                        lost++;
                        continue;
                    }
                    long pingNanos = ping.nanos();
                    long sharedNanos = firstAudio(reader, text);
                    long memoryNanos = firstAudio(reader, text);
                    if (i >= 0) {
                        roundTrip.addNanos(pingNanos);
                        shared.addNanos(sharedNanos);
                        memory.addNanos(memoryNanos);
                    }
                }
                double hits = asked.api().metric("warmvoice_cache_requests_total{result=\"hit\"}");
                double added = shared.median() - memory.median() - roundTrip.median();
                new Report("11-cache-shared").data("memory, ms", memory).data("Redis, ms", shared)
                        .data("round trip, ms", roundTrip).data("hits", hits)
                        .data("not stored", lost)
                        .row("first audio of what another instance has spoken, from Redis, ms: median, p99 of " + TURNS,
                                Report.figures(shared),
                                "from memory " + Report.figures(memory) + "; PING " + Report.figures(roundTrip),
                                "+ ≤ a round trip + 0.5: " + Report.plus(added), added <= 0.5)
                        .write();
            }
        }
    }

    @Test
    void misses() throws Exception {
        try (ServiceProcess service = ServiceProcess.start();
                Artifact without = Artifact.start(service.settings(4));
                Artifact with = Artifact.start(cached(service));
                LoadClient plain = new HttpLoadClient(without.base());
                LoadClient missing = new HttpLoadClient(with.base())) {
            Sample off = new Sample();
            Sample on = new Sample();
            for (int i = -WARM_UP; i < MISSES; i++) {
                String text = phrase(i);
                service.rehearsed(text);
                boolean isOffFirst = i % 2 == 0;
                long first = firstAudio(isOffFirst ? plain : missing, text);
                long second = firstAudio(isOffFirst ? missing : plain, text);
                if (i >= 0) {
                    off.addNanos(isOffFirst ? first : second);
                    on.addNanos(isOffFirst ? second : first);
                }
            }
            double added = on.median() - off.median();
            new Report("11-cache-misses").data("off, ms", off).data("on, ms", on)
                    .row("first audio of a phrase that the cache does not have, ms: median, p99 of " + MISSES,
                            Report.figures(on), "without a cache " + Report.figures(off),
                            "+ ≤ 0.05: " + Report.plus(added), added <= 0.05)
                    .write();
        }
    }

    @Test
    void memory() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("--rtf=0", "--start-delay=0", "--first-audio-delay=0");
                Artifact artifact = Artifact.start(cached(service));
                LoadClient client = new HttpLoadClient(artifact.base(),
                        new JsonObject().put("response_format", "pcm"))) {
            for (int i = 0; i < WARM_UP; i++) {
                client.speak(SENTENCE);
            }
            long idle = artifact.residentKib() * 1024 / MEGA;
            long filled = 0;
            for (int i = 0; filled < 2L * CACHE_BYTES; i++) {
                filled += client.speak(phrase(i)).audio().length;
            }
            long full = artifact.residentKib() * 1024 / MEGA;
            double bound = idle + CACHE_BYTES / MEGA * 1.1;
            new Report("11-cache-memory").data("idle, MB", idle).data("full, MB", full)
                    .row("RSS with a cache of 64 MB that was filled twice, MB", Long.toString(full), "before " + idle,
                            String.format(Locale.ROOT, "≤ that + 64 + 10 %%: %.0f", bound), full <= bound)
                    .write();
        }
    }

    private static Map<String, String> cached(ServiceProcess service) {
        Map<String, String> settings = new HashMap<>(service.settings(4));
        settings.put("warmvoice.cache.size-bytes", Integer.toString(CACHE_BYTES));
        return settings;
    }

    private static String phrase(int number) {
        return "This is phrase number " + (number + WARM_UP) + ".";
    }

    private static long firstAudio(LoadClient client, String text) throws IOException {
        LoadClient.Heard heard = client.speak(text);
        Expected.verify(text, heard.audio());
        return heard.firstNanos();
    }

    /** The round trip to Redis, without a client library. */
    private static final class RedisPing implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;

        RedisPing(String url) throws IOException {
            String[] address = url.substring("redis://".length()).split(":");
            socket = new Socket(address[0], Integer.parseInt(address[1]));
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        }

        long nanos() throws IOException {
            long begin = System.nanoTime();
            ask("PING");
            return System.nanoTime() - begin;
        }

        int keys() throws IOException {
            return Integer.parseInt(ask("DBSIZE").substring(1));
        }

        /** An instance stores what it has spoken when the client has it. */
        boolean awaitMoreThan(int count) throws IOException {
            long begin = System.nanoTime();
            while (keys() <= count) {
                if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                    return false;
                }
            }
            return true;
        }

        private String ask(String command) throws IOException {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return HttpLines.next(in);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
