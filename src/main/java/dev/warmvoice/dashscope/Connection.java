package dev.warmvoice.dashscope;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClient;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/**
 * One open WebSocket and the SDK's synthesizer that speaks through it, one task at a time.
 *
 * <p>
 * Everything the socket says passes here first. Text messages go on to the SDK, but for those that only announce a frame.
 * Audio does not: the SDK would copy every frame and throw and catch an exception over it. Nor does the end of the
 * socket, from which the SDK would conclude that a task is complete, or that it should reconnect behind everyone's back.
 *
 * <p>
 * {@link #cancel} and {@link #isOpen} may be called from any thread; tasks are started by one thread at a time.
 */
public final class Connection {

    private final SpeechSynthesizer synthesizer;
    private final OkHttpWebSocketClient sdk;
    private final SdkShape shape;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final AtomicReference<Task> current = new AtomicReference<>();
    private volatile WebSocket socket;
    private volatile boolean open;

    Connection(SpeechSynthesizer synthesizer, SdkShape shape) {
        this.synthesizer = synthesizer;
        this.shape = shape;
        this.sdk = shape.clientOf(synthesizer);
    }

    /** Whether the socket is open, as far as its reader thread has heard. */
    public boolean isOpen() {
        return open;
    }

    /**
     * Starts a task. Blocks until the service has said task-started and the text is on its way.
     *
     * @param text what is to be said first; neither empty nor longer than the service takes at a time
     * @param startTimeout bound on the wait for task-started
     * @param listener hears everything else, including that the task could not be started
     * @throws IllegalStateException if a task is running
     */
    public Task start(TaskSpec spec, String text, Duration startTimeout, TaskListener listener) {
        Task task = new Task(this, synthesizer, spec, listener);
        if (!current.compareAndSet(null, task)) {
            throw new IllegalStateException("a connection runs one task at a time");
        }
        if (open) {
            task.start(text, startTimeout);
        } else {
            end(new TaskFailedException(Reason.DISCONNECTED, "the connection was closed before the task began"));
        }
        return task;
    }

    /** Closes the socket at once; a task that runs fails. Idempotent. */
    public void cancel() {
        end(new TaskFailedException(Reason.CANCELLED, "the task was cancelled"));
    }

    void end(TaskFailedException why) {
        open = false;
        Task task = current.get();
        // Before the socket is closed: its reader would otherwise be the one to say why the task failed.
        boolean first = task != null && task.claimEnd();
        WebSocket closing = socket;
        if (closing != null) {
            closing.cancel();
        }
        if (first) {
            task.fail(why);
        }
    }

    WebSocketListener listener() {
        return new Reader();
    }

    void awaitOpen(Duration timeout) throws TaskFailedException {
        try {
            // The HTTP client keeps the same bound and knows better why; this one is for the case that it does not.
            opened.get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw (TaskFailedException) e.getCause();
        } catch (TimeoutException e) {
            throw givenUp(new TaskFailedException(Reason.UNREACHABLE,
                    "the service did not answer the handshake in time"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw givenUp(new TaskFailedException(Reason.CANCELLED, "interrupted while connecting"));
        }
    }

    /** From here on a socket that opens all the same is closed by {@link Reader#onOpen}. */
    private TaskFailedException givenUp(TaskFailedException why) {
        opened.completeExceptionally(why);
        cancel();
        return why;
    }

    private final class Reader extends WebSocketListener {

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            socket = webSocket;
            shape.attach(sdk, webSocket);
            sdk.onOpen(webSocket, response);
            open = true;
            if (!opened.complete(null)) {
                cancel();
            }
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            Task task = current.get();
            if (task != null && !task.awaitSubscription(() -> shape.isListening(sdk))) {
                return;
            }
            if (task == null || !text.contains(task.id())) {
                end(new TaskFailedException(Reason.PROTOCOL, "the service sent a message of another task"));
                return;
            }
            if (task.isFrameMark(text)) {
                return;
            }
            sdk.onMessage(webSocket, text);
            // Only now is the SDK done with the task; its next one may begin within onFinished.
            if (task.isComplete()) {
                if (!task.isAudible()) {
                    end(new TaskFailedException(Reason.SERVICE, "the service finished the task without any audio"));
                } else if (current.compareAndSet(task, null)) {
                    task.finish();
                }
            }
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            Task task = current.get();
            if (task == null || !task.isStarted()) {
                end(new TaskFailedException(Reason.PROTOCOL, "the service sent audio outside of a task"));
                return;
            }
            task.audio(bytes.asByteBuffer());
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            end(new TaskFailedException(Reason.DISCONNECTED, "the service closed the connection with code " + code));
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
            opened.completeExceptionally(handshakeFailure(failure, response));
            end(new TaskFailedException(Reason.DISCONNECTED,
                    "the connection broke: " + failure.getClass().getSimpleName()));
        }

        private TaskFailedException handshakeFailure(Throwable failure, Response response) {
            if (response != null) {
                int status = response.code();
                return status == 401 || status == 403
                        ? new TaskFailedException(Reason.UNAUTHORIZED,
                                "the service refused the API key (HTTP " + status + ")")
                        : new TaskFailedException(Reason.UNREACHABLE,
                                "the service answered the handshake with HTTP " + status);
            }
            String what = failure instanceof IOException ? failure.getMessage() : failure.toString();
            return new TaskFailedException(Reason.UNREACHABLE, "no connection to the service: " + what);
        }
    }
}
