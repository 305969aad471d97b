package dev.warmvoice.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The artifact under test, and the emulator behind it. */
public final class Warmvoice {

    /** The address without {@code /v1}. */
    public static final String URL = System.getenv("CLIENTS_URL");
    static final String TOKEN = System.getenv("CLIENTS_TOKEN");

    private static final String EMULATOR = System.getenv("CLIENTS_EMULATOR");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** All counters in the emulator's state have different names. */
    private static final Pattern COUNTER = Pattern.compile("\"(\\w+)\":(\\d+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Warmvoice() {
    }

    static byte[] expected() throws IOException {
        return Files.readAllBytes(Path.of(System.getenv("CLIENTS_EXPECTED"), "speech.mp3"));
    }

    /** What the emulator has seen: connections, handshakes and tasks, counted since its start. */
    static Map<String, Integer> state() {
        return COUNTER.matcher(send(HttpRequest.newBuilder(URI.create(EMULATOR + "/state")), BodyHandlers.ofString()))
                .results()
                .collect(Collectors.toMap(counter -> counter.group(1), counter -> Integer.valueOf(counter.group(2))));
    }

    /** All tasks that have come. */
    static int tasks() {
        Map<String, Integer> state = state();
        return state.get("running") + state.get("finished") + state.get("failed") + state.get("cancelled")
                + state.get("abandoned");
    }

    /** Makes the next task fail or behave differently. */
    static void fault(String json) {
        send(HttpRequest.newBuilder(URI.create(EMULATOR + "/faults")).POST(BodyPublishers.ofString(json)),
                BodyHandlers.ofString());
    }

    /** Makes the next task take as long as its audio plays. */
    static void slow() {
        fault("{\"fault\":\"pacing\",\"real_time_factor\":1}");
    }

    /** Waits until no task runs and the pool is whole, with no fault pending. */
    static void calm() {
        send(HttpRequest.newBuilder(URI.create(EMULATOR + "/faults")).DELETE(), BodyHandlers.ofString());
        until("the pool is whole", () -> state().get("running") == 0 && state().get("open") == 1);
    }

    /** How many requests the artifact has answered with this status. */
    static int answers(int status) {
        return metric("http_server_requests_seconds_count{method=\"POST\"", "status=\"" + status + "\"");
    }

    /** How often the artifact has submitted a second task, because the service was slow to start the first. */
    static int races() {
        return metric("warmvoice_pool_races_total", "");
    }

    private static int metric(String begin, String label) {
        return (int) send(authorized("/q/metrics"), BodyHandlers.ofString()).lines()
                .filter(line -> line.startsWith(begin) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** Takes the only stream that the token may have, for longer than a client retries, until it is closed. */
    static InputStream holdStream() {
        slow();
        String body = "{\"input\":\"" + Speech.valid().prolonged().input() + "\"}";
        return send(authorized("/v1/audio/speech").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)), BodyHandlers.ofInputStream());
    }

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("timeout: " + what);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpRequest.Builder authorized(String path) {
        return HttpRequest.newBuilder(URI.create(URL + path)).header("Authorization", "Bearer " + TOKEN);
    }

    private static <T> T send(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            var response = HTTP.send(request.build(), handler);
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
