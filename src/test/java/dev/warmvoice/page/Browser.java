package dev.warmvoice.page;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A headless Chromium with one page, driven over its DevTools protocol. The tests need so little of the protocol that a
 * library with a bundled browser or Node.js is not worth it.
 */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final WebSocket page;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Map<String, String> paths = new ConcurrentHashMap<>();
    private final Map<String, List<String>> requests = new ConcurrentHashMap<>();

    /** The path of Chromium on this machine, or empty if there is none. */
    static Optional<Path> executable() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst();
    }

    Browser(Path executable) throws Exception {
        Path profile = Files.createTempDirectory(Path.of("target"), "chromium");
        process = new ProcessBuilder(executable.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--mute-audio", "--autoplay-policy=no-user-gesture-required",
                "--no-first-run", "--hide-scrollbars", "--remote-debugging-port=0", "--user-data-dir=" + profile,
                "about:blank").redirectErrorStream(true).redirectOutput(profile.resolve("log").toFile()).start();
        page = HTTP.newWebSocketBuilder().buildAsync(pageAt(profile.resolve("DevToolsActivePort")), new Receiver())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", new JsonObject());
        }
    }

    /** Waits for DevTools: Chromium writes its port to a file when it listens, and lists its pages soon after. */
    private static URI pageAt(Path portFile) {
        return Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            String port = Files.readAllLines(portFile).get(0);
            URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
            return new JsonArray(HTTP.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString()).body())
                    .stream().map(JsonObject.class::cast).filter(target -> target.getString("type").equals("page"))
                    .map(target -> URI.create(target.getString("webSocketDebuggerUrl"))).findFirst();
        }, Optional::isPresent).orElseThrow();
    }

    /** Errors in the console: uncaught exceptions and violations of the page's content security policy. */
    List<String> complaints() {
        return complaints;
    }

    /**
     * The paths of the requests of the page that have ended so.
     *
     * @param end {@code loadingFinished}, or {@code loadingFailed}, which includes cancelled
     */
    List<String> requests(String end) {
        return requests.getOrDefault(end, List.of());
    }

    /** Runs a script in every page before the page's own scripts. */
    void runFirst(String script) {
        call("Page.addScriptToEvaluateOnNewDocument", new JsonObject().put("source", script));
    }

    void open(URI uri) {
        complaints.clear();
        requests.clear();
        call("Page.navigate", new JsonObject().put("url", uri.toString()));
        Awaitility.await().atMost(PATIENCE).until(() -> evaluate("document.readyState").equals("complete"));
    }

    /** Evaluates an expression; awaits a promise. */
    Object evaluate(String expression) {
        JsonObject answer = call("Runtime.evaluate", new JsonObject().put("expression", expression)
                .put("awaitPromise", true).put("returnByValue", true).put("userGesture", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new AssertionError(answer.getJsonObject("exceptionDetails").encode());
        }
        return answer.getJsonObject("result").getValue("value");
    }

    /** Evaluates an expression that is an array. */
    List<?> list(String expression) {
        return ((JsonArray) evaluate(expression)).getList();
    }

    String text(String selector) {
        return (String) evaluate("document.querySelector('" + selector + "').innerText");
    }

    void click(String selector) {
        evaluate("document.querySelector('" + selector + "').click()");
    }

    void type(String text) {
        call("Input.insertText", new JsonObject().put("text", text));
    }

    /** @param modifiers the protocol's bit mask: 2 is Ctrl, 8 is Shift */
    void press(String key, int code, int modifiers) {
        JsonObject event = new JsonObject().put("key", key).put("code", key).put("windowsVirtualKeyCode", code)
                .put("modifiers", modifiers);
        if (key.equals("Enter") && modifiers == 0) {
            event.put("text", "\r");
        }
        call("Input.dispatchKeyEvent", event.copy().put("type", "keyDown"));
        call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
    }

    /**
     * Sets the color scheme, and turns transitions off: they would mix the colors of both schemes.
     *
     * @param scheme {@code light} or {@code dark}
     */
    void prefer(String scheme) {
        call("Emulation.setEmulatedMedia", new JsonObject().put("features", new JsonArray()
                .add(new JsonObject().put("name", "prefers-color-scheme").put("value", scheme))
                .add(new JsonObject().put("name", "prefers-reduced-motion").put("value", "reduce"))));
    }

    void resize(int width, int height) {
        emulate(width, height, false);
    }

    /** Becomes a phone: with a touch screen, and without a mouse. */
    void becomePhone(int width, int height) {
        emulate(width, height, true);
    }

    private void emulate(int width, int height, boolean phone) {
        call("Emulation.setDeviceMetricsOverride", new JsonObject().put("width", width).put("height", height)
                .put("deviceScaleFactor", 1).put("mobile", phone));
        call("Emulation.setTouchEmulationEnabled", new JsonObject().put("enabled", phone));
    }

    void goOffline(boolean offline) {
        call("Network.emulateNetworkConditions", new JsonObject().put("offline", offline).put("latency", 0)
                .put("downloadThroughput", -1).put("uploadThroughput", -1));
    }

    void screenshot(Path file) throws IOException {
        String png = call("Page.captureScreenshot", new JsonObject().put("captureBeyondViewport", true))
                .getString("data");
        Files.write(file, Base64.getDecoder().decode(png));
    }

    private JsonObject call(String method, JsonObject parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        pending.put(id, answer);
        page.sendText(new JsonObject().put("id", id).put("method", method).put("params", parameters).encode(), true)
                .join();
        JsonObject message = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (message.containsKey("error")) {
            throw new AssertionError(method + ": " + message.getJsonObject("error").getString("message"));
        }
        return message.getJsonObject("result");
    }

    @Override
    public void close() {
        page.abort();
        process.destroy();
        process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }

    private final class Receiver implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                receive(new JsonObject(message.toString()));
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void receive(JsonObject json) {
            if (json.containsKey("id")) {
                pending.remove(json.getInteger("id")).complete(json);
            } else if (json.getString("method").equals("Runtime.exceptionThrown")) {
                complaints.add(json.getJsonObject("params").getJsonObject("exceptionDetails").encode());
            } else if (json.getString("method").equals("Log.entryAdded")) {
                JsonObject entry = json.getJsonObject("params").getJsonObject("entry");
                if (entry.getString("level").equals("error") && !entry.getString("source").equals("network")) {
                    complaints.add(entry.getString("text"));
                }
            } else if (json.getString("method").startsWith("Network.")) {
                receiveRequest(json.getString("method").substring("Network.".length()), json.getJsonObject("params"));
            }
        }

        private void receiveRequest(String event, JsonObject details) {
            String id = details.getString("requestId", "");
            if (event.equals("requestWillBeSent")) {
                paths.put(id, URI.create(details.getJsonObject("request").getString("url")).getPath());
            } else if (event.startsWith("loading") && paths.containsKey(id)) {
                requests.computeIfAbsent(event, key -> new CopyOnWriteArrayList<>()).add(paths.remove(id));
            }
        }
    }
}
