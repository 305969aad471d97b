package dev.warmvoice.http.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmvoice.http.server.ReadingMonitor;
import dev.warmvoice.http.server.TcpConnection;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * What a live socket sends, and its end. Closes the socket of a client that does not read its messages; audio is bounded
 * by its sender, who waits for each frame to leave. To be used on the socket's event loop.
 */
final class LiveOutbox {

    private static final int MAX_UNSENT_MESSAGES = 100;
    /** Of answers to pings, which the WebSocket gives by itself and does not bound. */
    private static final int MAX_WAITING_BYTES = 1 << 20;
    /** For the client to read the close frame before the connection is dropped. */
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final CloseReason NOT_READING = new CloseReason(1008, "The client does not read.");

    private final WebSocketConnection socket;
    private final TcpConnection wire;
    private final ReadingMonitor.Client client;
    private final Timers timers;
    private final ObjectMapper json;
    private Runnable onClose = () -> {
    };
    private int unsentMessages;
    private boolean closed;

    LiveOutbox(WebSocketConnection socket, TcpConnection wire, ReadingMonitor.Client client, Timers timers,
            ObjectMapper json) {
        this.socket = socket;
        this.wire = wire;
        this.client = client;
        this.timers = timers;
        this.json = json;
    }

    /** @param action what to do when the socket is closed, by either side */
    void onClose(Runnable action) {
        onClose = action;
    }

    /** Sends a message. Does nothing once the socket is closed. */
    void send(LiveMessage message) {
        send(write(message));
    }

    /** Sends a ping. Does nothing once the socket is closed. */
    void ping() {
        send(socket.sendPing(Buffer.buffer()));
    }

    private void send(Uni<Void> write) {
        if (closed) {
            return;
        }
        if (++unsentMessages > MAX_UNSENT_MESSAGES) {
            close(NOT_READING);
            return;
        }
        // A write that fails is the end of the socket, which is reported on its own.
        write.onTermination().invoke(() -> unsentMessages--).subscribe().with(sent -> {
        }, failure -> {
        });
    }

    /** A message that takes its turn among the frames of audio, sent when it is subscribed to. */
    Uni<Void> write(LiveMessage message) {
        try {
            return socket.sendText(json.writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A frame of audio, sent when it is subscribed to. */
    Uni<Void> write(Buffer frame) {
        client.sent();
        return socket.sendBinary(frame);
    }

    /** Watches the client until cancelled. */
    Cancellable watchClient(Runnable onReading) {
        return client.watch(onReading);
    }

    /** Drops the connection if too much waits. Without a close frame, during which the answers to pings would go on. */
    void checkWaiting() {
        if (wire.waiting() > MAX_WAITING_BYTES) {
            closed();
            wire.cut();
        }
    }

    /** Closes the socket. If the close frame is stuck behind what the client does not read, the connection is dropped. */
    void close(CloseReason why) {
        closed();
        socket.close(why).subscribe().with(done -> {
        }, failure -> {
        });
        timers.after(GRACE, () -> {
            if (wire.waiting() > 0) {
                wire.cut();
            }
        });
    }

    /** The socket is closed: nothing is sent from now on. */
    void closed() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }

    boolean isClosed() {
        return closed;
    }
}
