package dev.warmvoice;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
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

/** The emulator as a process of its own, without a limit on the rate. */
final class ServiceProcess implements AutoCloseable {

    static final String API_KEY = "emulator-key";

    private final Process process;
    private final URI url;
    private final HttpClient control = HttpClient.newHttpClient();

    private ServiceProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** @param options of the emulator's command line */
    static ServiceProcess start(String... options) throws IOException {
        List<String> command = Jdk.java(List.of(), Emulator.class, "--tasks-per-second=0");
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = out.readLine();
        if (url == null) {
            throw new IOException("The emulator does not start");
        }
        return new ServiceProcess(process, URI.create(url));
    }

    URI url() {
        return url;
    }

    /** From now on it sends audio in frames of this size. */
    void setFrameBytes(int bytes) throws IOException, InterruptedException {
        call(request("/faults").POST(BodyPublishers.ofString(
                new JsonObject().put("fault", "frame-bytes").put("bytes", bytes).put("always", true).encode())));
    }

    /** What Warmvoice needs to be told to speak through it. */
    Map<String, String> settings(int poolSize) {
        return new HashMap<>(Map.of("warmvoice.dashscope.url", url.toString(), "warmvoice.dashscope.api-key", API_KEY,
                "warmvoice.rate.per-second", "0", "warmvoice.pool.size", Integer.toString(poolSize)));
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
        return call(request("/state").GET()).getJsonObject("tasks").getInteger("running");
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
