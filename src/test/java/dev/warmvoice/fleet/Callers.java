package dev.warmvoice.fleet;

import dev.warmvoice.testing.Artifact;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Clients that always want to speak, each through one instance, and that come again when a 429 says so. */
final class Callers {

    private static final String BODY = new JsonObject().put("input", "Good morning.").encode();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicIntegerArray spoken;
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    Callers(int count, List<Artifact> instances) {
        spoken = new AtomicIntegerArray(instances.size());
        for (int i = 0; i < count; i++) {
            int instance = i % instances.size();
            URI uri = instances.get(instance).base().resolve("/v1/audio/speech");
            threads.add(new Thread(() -> call(uri, instance), "caller-" + i));
        }
        threads.forEach(Thread::start);
    }

    private void call(URI uri, int instance) {
        HttpRequest request = HttpRequest.newBuilder(uri).header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.ofString(BODY)).build();
        try {
            boolean ended = false;
            while (!ended) {
                ended = over.await(once(request, instance), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            failures.add("interrupted");
        }
    }

    /** @return how many milliseconds to wait before the next request */
    private long once(HttpRequest request, int instance) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 429) {
                refused.incrementAndGet();
                // Not all at once, as those who got it at the same moment would be.
                long max = 1000 * response.headers().firstValueAsLong("Retry-After").orElse(1);
                return ThreadLocalRandom.current().nextLong(max / 5, max);
            }
            if (response.statusCode() == 200) {
                spoken.incrementAndGet(instance);
            } else {
                failures.add("status " + response.statusCode());
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
        return 0;
    }

    /** How many requests each instance has answered with audio. */
    List<Integer> spoken() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < spoken.length(); i++) {
            all.add(spoken.get(i));
        }
        return all;
    }

    /** How many requests got a 429. */
    int refused() {
        return refused.get();
    }

    /** What became of requests that got neither audio nor a 429. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Lets the requests under way end, and sends no others. */
    void end() throws InterruptedException {
        over.countDown();
        for (Thread each : threads) {
            each.join();
        }
    }
}
