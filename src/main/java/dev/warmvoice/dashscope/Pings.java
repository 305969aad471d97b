package dev.warmvoice.dashscope;

import com.alibaba.dashscope.Version;
import java.lang.reflect.Field;
import okhttp3.internal.concurrent.TaskQueue;
import okhttp3.internal.ws.RealWebSocket;
import org.jspecify.annotations.Nullable;

/**
 * Sends the pings of one WebSocket and notices the answers. OkHttp sends its own by the clock, and closes the socket if
 * one is not answered before the next: after a freeze that would be a healthy one whose answer has not been read yet, and
 * with a service that answers no pings every one. Thread-safe, does not block.
 */
final class Pings {

    private static final Field QUEUE = queueField();

    private final RealWebSocket socket;
    private final TaskQueue queue;
    // Guarded by this.
    private @Nullable Runnable answered;
    private int expected;

    Pings(RealWebSocket socket) {
        this.socket = socket;
        try {
            this.queue = (TaskQueue) QUEUE.get(socket);
        } catch (IllegalAccessException e) {
            throw changed(e);
        }
    }

    /**
     * Sends a ping, unless one has not been answered yet.
     *
     * @param whenAnswered is called once, by the reader thread; never if no answer comes
     */
    void send(Runnable whenAnswered) {
        synchronized (this) {
            if (answered != null) {
                return;
            }
            answered = whenAnswered;
            expected = socket.receivedPongCount() + 1;
        }
        // Only on this queue: whatever else is written to the socket is written there.
        queue.schedule("warmvoice ping", 0, () -> {
            socket.writePingFrame$okhttp();
            return -1L;
        });
    }

    /** The reader has dealt with all that it has read. To be called by it. */
    void read() {
        Runnable pending;
        synchronized (this) {
            if (answered == null || socket.receivedPongCount() < expected) {
                return;
            }
            pending = answered;
            answered = null;
        }
        pending.run();
    }

    private static Field queueField() {
        try {
            Field field = RealWebSocket.class.getDeclaredField("taskQueue");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw changed(e);
        }
    }

    private static IllegalStateException changed(Exception e) {
        return new IllegalStateException("The OkHttp that dashscope-sdk-java " + Version.version
                + " came with is not the one this was written for: " + e.getMessage(), e);
    }
}
