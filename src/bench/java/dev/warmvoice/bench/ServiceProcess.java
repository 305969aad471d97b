package dev.warmvoice.bench;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Jdk;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The emulator as a process of its own. Unless it is {@link #startWithDefaults told otherwise}, the rate is off: neither
 * it nor Warmvoice limits the tasks in a second, so that it is not the account that is measured.
 */
final class ServiceProcess implements AutoCloseable {

    static final String API_KEY = "emulator-key";

    private final Process process;
    private final URI url;
    private final boolean isRateOff;
    private final HttpClient control = HttpClient.newHttpClient();

    private ServiceProcess(Process process, URI url, boolean isRateOff) {
        this.process = process;
        this.url = url;
        this.isRateOff = isRateOff;
    }

    /**
     * With the rate off.
     *
     * @param options of the emulator's command line
     */
    static ServiceProcess start(String... options) throws IOException {
        return start(true, options);
    }

    /**
     * With the rate of an account as it is to begin with, which is the default on both sides.
     *
     * @param options of the emulator's command line
     */
    static ServiceProcess startWithDefaults(String... options) throws IOException {
        return start(false, options);
    }

    private static ServiceProcess start(boolean isRateOff, String... options) throws IOException {
        List<String> command = Jdk.java(List.of(), Emulator.class, "--tasks-per-second=" + (isRateOff ? 0 : 3));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = out.readLine();
        if (url == null) {
            throw new IOException("The emulator does not start");
        }
        return new ServiceProcess(process, URI.create(url), isRateOff);
    }

    URI url() {
        return url;
    }

    /** From now on it sends audio in frames of this size. */
    void setFrameBytes(int bytes) throws IOException, InterruptedException {
        setFault(new JsonObject().put("fault", "frame-bytes").put("bytes", bytes));
    }

    /** From now on it takes a cancelled text for one that is complete, and speaks all of it. */
    void ignoreCancel() throws IOException, InterruptedException {
        setFault(new JsonObject().put("fault", "cancel-answer").put("how", "as-finish"));
    }

    private void setFault(JsonObject fault) throws IOException, InterruptedException {
        call(request("/faults").POST(BodyPublishers.ofString(fault.put("always", true).encode())));
    }

    /** What Warmvoice needs to be told to speak through it. */
    Map<String, String> settings(int poolSize) {
        Map<String, String> settings = new HashMap<>(Map.of("warmvoice.dashscope.url", url.toString(),
                "warmvoice.dashscope.api-key", API_KEY, "warmvoice.pool.size", Integer.toString(poolSize)));
        if (isRateOff) {
            settings.put("warmvoice.rate.per-second", "0");
        }
        return settings;
    }

    /** Has it speak these once, since its voice is slow for the first time and remembers them from then on. */
    ServiceProcess rehearsed(String... texts) throws IOException {
        try (BareClient client = new BareClient(url, Expected.parameters())) {
            for (String text : texts) {
                Expected.verify(text, client.speak(text).audio());
            }
        }
        return this;
    }

    /** Ends every connection that no task runs on, in that way. How many there were. */
    int cut(Cut how) throws IOException, InterruptedException {
        return call(request("/connections/cut")
                .POST(BodyPublishers.ofString(new JsonObject().put("how", how.wireName()).encode()))).getInteger("cut");
    }

    int tasksRunning() throws IOException, InterruptedException {
        return tasks("running");
    }

    /** Those it has refused for the account's rate. */
    int tasksThrottled() throws IOException, InterruptedException {
        return tasks("throttled");
    }

    private int tasks(String which) throws IOException, InterruptedException {
        return state("tasks").getInteger(which);
    }

    /** How many connections it has ever accepted. */
    int connectionsAccepted() throws IOException, InterruptedException {
        return state("handshakes").getInteger("accepted");
    }

    private JsonObject state(String of) throws IOException, InterruptedException {
        return call(request("/state").GET()).getJsonObject(of);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + url.getAuthority() + path));
    }

    private JsonObject call(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = control.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response.body());
        }
        return new JsonObject(response.body());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
