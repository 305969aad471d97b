package dev.warmvoice.testing;

import static dev.warmvoice.testing.Waits.await;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A client of {@code /v1/audio/speech/live} that records all messages in order. */
public final class LiveClient implements AutoCloseable, WebSocket.Listener {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<Object> heard = new ArrayList<>();
    /** The text sent since the latest start. */
    private final StringBuilder utterance = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;
    private volatile long firstFrameNanos;

    public LiveClient(URI base) {
        this(base, "/v1/audio/speech/live", handshake -> handshake);
    }

    /** Connects with a customized handshake. */
    public LiveClient(URI base, String path, UnaryOperator<WebSocket.Builder> handshake) {
        URI live = URI.create(base.toString().replaceFirst("^http", "ws")).resolve(path);
        socket = handshake.apply(HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10)))
                .buildAsync(live, this).whenComplete((opened, failure) -> {
                    if (failure instanceof WebSocketHandshakeException refused) {
                        HttpResponse<?> answer = refused.getResponse();
                        ObservedOutput.answer(answer.statusCode(), answer.headers().map(), "");
                    }
                }).join();
    }

    public static LiveClient withToken(URI base, String token) {
        ObservedOutput.secret(token);
        return new LiveClient(base, "/v1/audio/speech/live",
                handshake -> handshake.header("Authorization", "Bearer " + token));
    }

    /** The subprotocol that the server has chosen; empty for none. */
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    public LiveClient send(String message) {
        ObservedOutput.request(message);
        socket.sendText(message, true).join();
        return this;
    }

    public LiveClient send(JsonObject message) {
        return send(message.encode());
    }

    public LiveClient start(JsonObject fields) {
        firstFrameNanos = 0;
        utterance.setLength(0);
        return send(fields.copy().put("type", "start"));
    }

    /** The {@link System#nanoTime} of the first audio since the latest start or cancelled; 0 if there is none yet. */
    public long firstFrameNanos() {
        return firstFrameNanos;
    }

    public LiveClient text(String more) {
        utterance.append(more);
        return send(new JsonObject().put("type", "text").put("text", more));
    }

    public LiveClient finish() {
        ObservedOutput.text(utterance.toString());
        return send(new JsonObject().put("type", "finish"));
    }

    public LiveClient cancel() {
        return send(new JsonObject().put("type", "cancel"));
    }

    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Closes the connection without a close frame. */
    public void abort() {
        socket.abort();
    }

    /** Waits for a message of one of these types, and returns all since the last call, this one included. */
    public List<Object> until(String... types) {
        Set<String> wanted = Set.of(types);
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(2)).until(() -> indexOf(wanted) >= 0);
        synchronized (heard) {
            List<Object> part = heard.subList(0, indexOf(wanted) + 1);
            List<Object> taken = List.copyOf(part);
            part.clear();
            return taken;
        }
    }

    /** Waits for a message of this type, and drops the messages before it. */
    public JsonObject next(String type) {
        List<Object> part = until(type);
        return (JsonObject) part.get(part.size() - 1);
    }

    /** The messages received since the last call. */
    public List<Object> rest() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /** Waits for the server's close frame, and returns its code. */
    public int closeCode() {
        return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Whether the server has closed the connection or it broke. */
    public boolean isClosed() {
        return closed.isDone();
    }

    public static byte[] audio(List<Object> heard) {
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        heard.stream().filter(byte[].class::isInstance).forEach(frame -> audio.writeBytes((byte[]) frame));
        return audio.toByteArray();
    }

    public static List<JsonObject> messages(List<Object> heard, String type) {
        return heard.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast)
                .filter(message -> message.getString("type").equals(type)).toList();
    }

    private int indexOf(Set<String> types) {
        synchronized (heard) {
            for (int i = 0; i < heard.size(); i++) {
                if (heard.get(i) instanceof JsonObject message && types.contains(message.getString("type"))) {
                    return i;
                }
            }
            return -1;
        }
    }

    private void remember(Object message) {
        synchronized (heard) {
            heard.add(message);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            JsonObject message = new JsonObject(text.toString());
            if ("error".equals(message.getString("type"))) {
                ObservedOutput.say(message.encode());
            } else if ("cancelled".equals(message.getString("type"))) {
                firstFrameNanos = 0;
            }
            remember(message);
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (firstFrameNanos == 0) {
            firstFrameNanos = System.nanoTime();
        }
        byte[] part = new byte[data.remaining()];
        data.get(part);
        binary.writeBytes(part);
        if (last) {
            remember(binary.toByteArray());
            binary.reset();
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        ObservedOutput.say("closed " + code + " " + reason);
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }

    /** The handshake request, for tests that write it by hand. */
    public static String handshake(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
    }
}
