package dev.warmvoice.dashscope;

import com.alibaba.dashscope.api.SynchronizeFullDuplexApi;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClient;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClientForAudio;
import com.alibaba.dashscope.Version;
import io.reactivex.FlowableEmitter;
import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the SDK that are not public and without which no connection can be opened ahead of its first task, nor one
 * be used until the process ends.
 *
 * <p>
 * The SDK opens a socket only when a task needs one, tries three times with ten seconds between, and reports
 * no result. Its WebSocket client is, however, an OkHttp listener like any other: handed a socket that was opened
 * elsewhere, it works on that.
 */
final class SdkInternals {

    private final Field client;
    private final Field socket;
    private final Field emitter;

    /**
     * @throws IllegalStateException with one sentence, if this version of the SDK looks different
     */
    SdkInternals() {
        client = field(SynchronizeFullDuplexApi.class, "client", null);
        socket = field(OkHttpWebSocketClient.class, "webSocketClient", WebSocket.class);
        emitter = field(OkHttpWebSocketClient.class, "responseEmitter", FlowableEmitter.class);
        keepSending();
        if (!WebSocketListener.class.isAssignableFrom(OkHttpWebSocketClient.class)) {
            throw changed("OkHttpWebSocketClient is no WebSocketListener");
        }
    }

    /**
     * The SDK stops sending as soon as the process has been told to end, while we still finish what has been admitted.
     * It does not if it takes itself for stopped already.
     */
    private static void keepSending() {
        Field stopped = field(OkHttpWebSocketClientForAudio.class, "SHUTDOWN_INITIATED", AtomicBoolean.class);
        if (!(get(stopped, null) instanceof AtomicBoolean flag)) {
            throw changed("OkHttpWebSocketClientForAudio.SHUTDOWN_INITIATED is no AtomicBoolean");
        }
        flag.set(true);
    }

    /** The SDK's side of the socket: it has to be told of the opening and of every text message. */
    OkHttpWebSocketClient clientOf(SpeechSynthesizer synthesizer) {
        Object found = get(client, synthesizer.getDuplexApi());
        if (found instanceof OkHttpWebSocketClient webSocketClient) {
            return webSocketClient;
        }
        throw changed("its full duplex client is " + (found == null ? "null" : found.getClass().getName()));
    }

    /** Has the SDK send its messages into this socket. */
    void attach(OkHttpWebSocketClient to, WebSocket webSocket) {
        try {
            socket.set(to, webSocket);
        } catch (IllegalAccessException e) {
            throw changed(e.getMessage());
        }
    }

    /** Whether a message that arrives now reaches the current task; the SDK subscribes only after it has sent run-task. */
    boolean isListening(OkHttpWebSocketClient to) {
        FlowableEmitter<?> current = (FlowableEmitter<?>) get(emitter, to);
        return current != null && !current.isCancelled();
    }

    private static @Nullable Object get(Field field, @Nullable Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw changed(e.getMessage());
        }
    }

    private static Field field(Class<?> in, String name, @Nullable Class<?> type) {
        try {
            Field field = in.getDeclaredField(name);
            if (type != null && field.getType() != type) {
                throw changed(in.getSimpleName() + "." + name + " is a " + field.getType().getName());
            }
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw changed(in.getSimpleName() + " has no field " + name);
        }
    }

    private static IllegalStateException changed(@Nullable String what) {
        return new IllegalStateException("dashscope-sdk-java " + Version.version
                + " is not the SDK this was written for: " + what + ".");
    }
}
