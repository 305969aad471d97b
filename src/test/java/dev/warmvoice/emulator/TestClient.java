package dev.warmvoice.emulator;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A client of the protocol that keeps everything it is sent, in order. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

    static final String MODEL = "cosyvoice-v3-flash";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final StringBuilder partialText = new StringBuilder();
    private final ByteArrayOutputStream partialBinary = new ByteArrayOutputStream();
    private final List<String> texts = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();
    /** "event", "event/type" or "audio", as they came. */
    private final List<String> order = new ArrayList<>();
    private final long window;
    private WebSocket webSocket;
    private int closeCode;
    private Throwable error;

    private TestClient(long window) {
        this.window = window;
    }

    static TestClient connect(Emulator emulator) {
        return connect(emulator.url(), EmulatorOptions.DEFAULT_API_KEY, Long.MAX_VALUE);
    }

    /** A client that reads no more than so many messages. */
    static TestClient connectReading(Emulator emulator, long messages) {
        return connect(emulator.url(), EmulatorOptions.DEFAULT_API_KEY, messages);
    }

    static TestClient connect(URI url, String key, long window) {
        return connect(HTTP, url, key, window);
    }

    static TestClient connect(HttpClient http, URI url, String key, long window) {
        var client = new TestClient(window);
        client.webSocket = http.newWebSocketBuilder().header("Authorization", "Bearer " + key)
                .header("X-DashScope-WorkSpace", "test-workspace").buildAsync(url, client)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return client;
    }

    static JsonObject parameters() {
        return new JsonObject().put("voice", "longanyang").put("text_type", "PlainText").put("format", "pcm")
                .put("sample_rate", 16000).put("volume", 50).put("rate", 1.0).put("pitch", 1.0);
    }

    /** @return the id of the task */
    String run(JsonObject parameters) {
        return run(MODEL, parameters);
    }

    String run(String model, JsonObject parameters) {
        String id = UUID.randomUUID().toString();
        run(id, model, parameters);
        return id;
    }

    void run(String id, String model, JsonObject parameters) {
        send(id, "run-task",
                new JsonObject().put("model", model).put("task_group", "audio").put("task", "tts")
                        .put("function", "SpeechSynthesizer").put("input", new JsonObject())
                        .put("parameters", parameters));
    }

    void text(String id, String text) {
        send(id, "continue-task", new JsonObject().put("input", new JsonObject().put("text", text)));
    }

    void finish(String id) {
        send(id, "finish-task", new JsonObject().put("input", new JsonObject()));
    }

    /** A whole task of plain text, until it ends. */
    TestClient speak(String text) {
        return speak(parameters(), text);
    }

    TestClient speak(JsonObject parameters, String... sends) {
        String id = run(parameters);
        for (String text : sends) {
            text(id, text);
        }
        finish(id);
        return awaitEnd();
    }

    private void send(String id, String action, JsonObject payload) {
        var header = new JsonObject().put("action", action).put("task_id", id).put("streaming", "duplex");
        sendRaw(new JsonObject().put("header", header).put("payload", payload).encode());
    }

    void sendRaw(String message) {
        // Under a fault the connection may be gone by now; a test sees that by what it receives.
        webSocket.sendText(message, true).exceptionally(gone -> webSocket)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    void sendBinary(byte[] message) {
        webSocket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    TestClient awaitEnd() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2))
                .until(() -> has("task-finished") || has("task-failed"));
        return this;
    }

    TestClient awaitEvent(String name) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> has(name));
        return this;
    }

    /** @return the code of the close frame, or -1 when the connection ended without one */
    int awaitClosed() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(this::isClosed);
        return closeCode();
    }

    synchronized boolean isClosed() {
        return closeCode != 0 || error != null;
    }

    synchronized int closeCode() {
        return error != null ? -1 : closeCode;
    }

    synchronized Throwable error() {
        return error;
    }

    synchronized boolean has(String name) {
        return order.contains(name);
    }

    synchronized List<String> order() {
        return List.copyOf(order);
    }

    synchronized List<byte[]> frames() {
        return List.copyOf(frames);
    }

    synchronized byte[] audio() {
        var audio = new ByteArrayOutputStream();
        frames.forEach(audio::writeBytes);
        return audio.toByteArray();
    }

    /** @return all events of that name, or of that type of result-generated */
    synchronized List<JsonObject> events(String name) {
        return texts.stream().filter(text -> text.endsWith("}")).map(JsonObject::new)
                .filter(event -> name(event).equals(name)).toList();
    }

    JsonObject failure() {
        awaitEvent("task-failed");
        return events("task-failed").get(0).getJsonObject("header");
    }

    int usage() {
        return events("task-finished").get(0).getJsonObject("payload").getJsonObject("usage").getInteger("characters");
    }

    synchronized void forget() {
        texts.clear();
        frames.clear();
        order.clear();
    }

    void readOn() {
        webSocket.request(Long.MAX_VALUE / 2);
    }

    @Override
    public void close() {
        webSocket.abort();
    }

    @Override
    public void onOpen(WebSocket opened) {
        opened.request(window);
    }

    @Override
    public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partialText.append(data);
        if (last) {
            String text = partialText.toString();
            partialText.setLength(0);
            texts.add(text);
            order.add(text.endsWith("}") ? name(new JsonObject(text)) : "garbage");
        }
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        partialBinary.writeBytes(bytes);
        if (last) {
            frames.add(partialBinary.toByteArray());
            partialBinary.reset();
            order.add("audio");
        }
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        return null;
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable thrown) {
        error = thrown;
    }

    private static String name(JsonObject event) {
        String name = event.getJsonObject("header").getString("event");
        JsonObject output = event.getJsonObject("payload").getJsonObject("output");
        return output != null && output.getString("type") != null ? output.getString("type") : name;
    }
}
