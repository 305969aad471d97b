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
 * The emulator in its own process. Except with {@link #startWithDefaults}, the rate is off on both sides, so that the
 * account's limit is not measured.
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
     * Starts the emulator with the rate off.
     *
     * @param options the emulator's command line
     */
    static ServiceProcess start(String... options) throws IOException {
        return start(true, options);
    }

    /**
     * Starts the emulator with the default rate of an account, which is the default on both sides.
     *
     * @param options the emulator's command line
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

    /** Sets the size of all further audio frames. */
    void setFrameBytes(int bytes) throws IOException, InterruptedException {
        setFault(new JsonObject().put("fault", "frame-bytes").put("bytes", bytes));
    }

    /** Makes the emulator ignore cancels and speak the whole text. */
    void ignoreCancel() throws IOException, InterruptedException {
        setFault(new JsonObject().put("fault", "cancel-answer").put("how", "as-finish"));
    }

    private void setFault(JsonObject fault) throws IOException, InterruptedException {
        call(request("/faults").POST(BodyPublishers.ofString(fault.put("always", true).encode())));
    }

    /** The settings for Warmvoice to use this service. */
    Map<String, String> settings(int poolSize) {
        Map<String, String> settings = new HashMap<>(Map.of("warmvoice.dashscope.url", url.toString(),
                "warmvoice.dashscope.api-key", API_KEY, "warmvoice.pool.size", Integer.toString(poolSize)));
        if (isRateOff) {
            settings.put("warmvoice.rate.per-second", "0");
        }
        return settings;
    }

    /** Speaks the texts once, since the voice is slow the first time and cached afterwards. */
    ServiceProcess rehearsed(String... texts) throws IOException {
        try (BareClient client = new BareClient(url, Expected.parameters())) {
            for (String text : texts) {
                Expected.verify(text, client.speak(text).audio());
            }
        }
        return this;
    }

    /** Ends every idle connection in this way, and returns their number. */
    int cut(Cut how) throws IOException, InterruptedException {
        return call(request("/connections/cut")
                .POST(BodyPublishers.ofString(new JsonObject().put("how", how.wireName()).encode()))).getInteger("cut");
    }

    int tasksRunning() throws IOException, InterruptedException {
        return tasks("running");
    }

    /** The count of tasks throttled by the account's rate. */
    int tasksThrottled() throws IOException, InterruptedException {
        return tasks("throttled");
    }

    private int tasks(String which) throws IOException, InterruptedException {
        return state("tasks").getInteger(which);
    }

    /** The count of accepted connections so far. */
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
