package dev.warmvoice.dashscope;

import okhttp3.Request;
import okhttp3.WebSocket;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The socket as the SDK sees it. It can be cut off from it: nothing that the SDK sends after that reaches the service,
 * where it would belong to a task that is over. Thread-safe, does not block.
 */
final class TaskSocket implements WebSocket {

    private final WebSocket socket;
    private boolean cut;

    TaskSocket(WebSocket socket) {
        this.socket = socket;
    }

    /**
     * Always true: the SDK would open another socket if it were told that this one takes no more, and try for 15 s. Of the
     * end of this one the reader knows.
     */
    @Override
    public synchronized boolean send(String message) {
        if (!cut) {
            socket.send(message);
        }
        return true;
    }

    @Override
    public synchronized boolean send(ByteString message) {
        if (!cut) {
            socket.send(message);
        }
        return true;
    }

    /** Sends a last message and nothing after it. Does nothing the second time. */
    synchronized void sendLast(String message) {
        if (!cut) {
            cut = true;
            socket.send(message);
        }
    }

    @Override
    public boolean close(int code, @Nullable String reason) {
        return socket.close(code, reason);
    }

    @Override
    public void cancel() {
        socket.cancel();
    }

    @Override
    public Request request() {
        return socket.request();
    }

    @Override
    public long queueSize() {
        return socket.queueSize();
    }
}
