package dev.warmvoice.emulator;

import static dev.warmvoice.testing.Waits.await;

import io.vertx.core.json.JsonObject;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A client of the protocol that records everything it receives, in order. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

    static final String MODEL = "cosyvoice-v3-flash";
    /** The close code that Java reports if the socket ended without a close frame. */
    private static final int NO_CLOSE_FRAME = 1006;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final StringBuilder partialText = new StringBuilder();
    private final ByteArrayOutputStream partialBinary = new ByteArrayOutputStream();
    private final List<String> texts = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();
    /** The received messages in order: "event", "event/type" or "audio". */
    private final List<String> order = new ArrayList<>();
    private final ServiceAccount account;
    private final long window;
    private WebSocket webSocket;
    private long openNanos;
    private long submittedNanos;
    private long closedNanos;
    private int closeCode;
    private String closeReason;
    private Throwable error;
    private int pings;
    private int pongs;

    private TestClient(ServiceAccount account, long window) {
        this.account = account;
        this.window = window;
    }

    static TestClient connect(Emulator emulator) {
        return connect(ServiceAccount.of(emulator));
    }

    static TestClient connect(ServiceAccount account) {
        return connect(HTTP, account, Long.MAX_VALUE);
    }

    /** Connects a client that reads at most this number of messages. */
    static TestClient connectReading(Emulator emulator, long messages) {
        return connect(HTTP, ServiceAccount.of(emulator), messages);
    }

    static TestClient connect(HttpClient http, ServiceAccount account, long window) {
        var client = new TestClient(account, window);
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (account.key() != null) {
            builder.header("Authorization", "Bearer " + account.key());
        }
        if (account.workspace() != null) {
            builder.header("X-DashScope-WorkSpace", account.workspace());
        }
        client.webSocket = builder.buildAsync(account.url(), client)
                .orTimeout(account.patience().toSeconds(), TimeUnit.SECONDS).join();
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
        if (!account.taskRate().admits(System.nanoTime())) {
            awaitUntil(() -> account.taskRate().admits(System.nanoTime()), account.patience());
        }
        submittedNanos = System.nanoTime();
        send(id, "run-task", runTask(model, parameters));
    }

    static JsonObject runTask(String model, JsonObject parameters) {
        return new JsonObject().put("model", model).put("task_group", "audio").put("task", "tts")
                .put("function", "SpeechSynthesizer").put("input", new JsonObject())
                .put("parameters", parameters);
    }

    void text(String id, String text) {
        send(id, "continue-task", new JsonObject().put("input", new JsonObject().put("text", text)));
    }

    /** @param text null for none */
    void flush(String id, String text) {
        var input = new JsonObject().put("flush", true);
        if (text != null) {
            input.put("text", text);
        }
        send(id, "continue-task", new JsonObject().put("input", input));
    }

    void finish(String id) {
        send(id, "finish-task", new JsonObject().put("input", new JsonObject()));
    }

    void cancel(String id) {
        send(id, "finish-task", new JsonObject().put("input", new JsonObject().put("directive", "cancel")));
    }

    /** Runs a whole task of plain text until it ends. */
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

    void send(String id, String action, JsonObject payload) {
        var header = new JsonObject().put("action", action).put("task_id", id).put("streaming", "duplex");
        sendRaw(new JsonObject().put("header", header).put("payload", payload).encode());
    }

    void sendRaw(String message) {
        // A fault may have closed the connection already; tests detect that in what they receive.
        webSocket.sendText(message, true).exceptionally(gone -> webSocket)
                .orTimeout(account.patience().toSeconds(), TimeUnit.SECONDS).join();
    }

    void sendPing() {
        webSocket.sendPing(ByteBuffer.allocate(0)).exceptionally(gone -> webSocket)
                .orTimeout(account.patience().toSeconds(), TimeUnit.SECONDS).join();
    }

    void sendBinary(byte[] message) {
        webSocket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    TestClient awaitEnd() {
        awaitUntil(() -> has("task-finished") || has("task-failed"), account.patience());
        return this;
    }

    TestClient awaitEvent(String name) {
        return awaitEvent(name, account.patience());
    }

    TestClient awaitEvent(String name, Duration patience) {
        awaitUntil(() -> has(name), patience);
        return this;
    }

    /** @return the code of the close frame, or -1 when the connection ended without one */
    int awaitClosed() {
        return awaitClosed(account.patience());
    }

    int awaitClosed(Duration patience) {
        awaitUntil(this::isClosed, patience);
        return closeCode();
    }

    private static void awaitUntil(Callable<Boolean> condition, Duration patience) {
        await().atMost(patience).pollInterval(POLL_INTERVAL).until(condition);
    }

    /** @return whether the condition became true in time; does not fail otherwise */
    boolean within(Duration time, BooleanSupplier condition) {
        long begin = System.nanoTime();
        awaitUntil(() -> condition.getAsBoolean() || System.nanoTime() - begin >= time.toNanos(),
                time.plus(account.patience()));
        return condition.getAsBoolean();
    }

    synchronized boolean isClosed() {
        return closeCode != 0 || error != null;
    }

    synchronized String closeReason() {
        return closeReason;
    }

    synchronized int closeCode() {
        return error != null ? -1 : closeCode;
    }

    synchronized Throwable error() {
        return error;
    }

    /** The end of the connection in words; without a close frame, distinguishes FIN from RST as far as Java can. */
    synchronized String end() {
        if (error != null) {
            return "no close frame, " + error;
        }
        if (closeCode == NO_CLOSE_FRAME) {
            return "no close frame, FIN";
        }
        return closeCode == 0 ? "still open" : ("close frame " + closeCode + " " + closeReason).strip();
    }

    /** The age of the connection, or its age when it ended. */
    synchronized Duration age() {
        return Duration.ofNanos((isClosed() ? closedNanos : System.nanoTime()) - openNanos);
    }

    /** The time since the last run-task was sent, which may have waited for the rate. */
    Duration sinceSubmitted() {
        return Duration.ofNanos(System.nanoTime() - submittedNanos);
    }

    /** The count of pings from the service. */
    synchronized int pings() {
        return pings;
    }

    synchronized int pongs() {
        return pongs;
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

    /** @return all events of that name, or of that result-generated type */
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
    public synchronized void onOpen(WebSocket opened) {
        openNanos = System.nanoTime();
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
        closedNanos = System.nanoTime();
        closeCode = code;
        closeReason = reason;
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
        pings++;
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
        pongs++;
        return null;
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable thrown) {
        closedNanos = System.nanoTime();
        error = thrown;
    }

    private static String name(JsonObject event) {
        String name = event.getJsonObject("header").getString("event");
        JsonObject output = event.getJsonObject("payload").getJsonObject("output");
        return output != null && output.getString("type") != null ? output.getString("type") : name;
    }
}
