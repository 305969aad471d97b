package dev.warmvoice.dashscope;

import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.protocol.okhttp.OkHttpWebSocketClient;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.internal.ws.RealWebSocket;
import okio.ByteString;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket and the SDK's synthesizer that speaks through it, one task at a time.
 *
 * <p>
 * Everything the socket says passes here first. Text messages go on to the SDK, but for those that only announce a frame.
 * Audio does not: the SDK would copy every frame and throw and catch an exception over it. Nor does the end of the
 * socket, from which the SDK would conclude that a task is complete, or that it should reconnect behind everyone's back.
 */
final class SdkConnection implements Connection {

    private static final Logger LOG = Logger.getLogger(SdkConnection.class);

    private static final int NORMAL_CLOSURE = 1000;

    private final Supplier<SpeechSynthesizer> synthesizers;
    private final SdkInternals internals;
    private final Executor workers;
    private final BooleanSupplier oldKey;
    private final CompletableFuture<Connection> opened = new CompletableFuture<>();
    private final AtomicReference<@Nullable SdkTask> current = new AtomicReference<>();
    private final ReceiveLimit received = new ReceiveLimit();
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Sdk sdk;
    private volatile @Nullable Pings pings;
    private volatile boolean open;

    /**
     * @param synthesizers makes another of the SDK's objects, without opening a socket
     * @param oldKey whether the key of its handshake has been replaced
     */
    SdkConnection(Supplier<SpeechSynthesizer> synthesizers, SdkInternals internals, Executor workers,
            BooleanSupplier oldKey) {
        this.synthesizers = synthesizers;
        this.internals = internals;
        this.workers = workers;
        this.oldKey = oldKey;
    }

    /** The SDK's objects that work on the socket. */
    private record Sdk(SpeechSynthesizer synthesizer, OkHttpWebSocketClient client, TaskSocket socket) {
    }

    /** Lets the SDK work on the socket, with objects that know nothing of any task. */
    private void attachSdk(WebSocket opened) {
        SpeechSynthesizer synthesizer = synthesizers.get();
        Sdk next = new Sdk(synthesizer, internals.clientOf(synthesizer), new TaskSocket(opened));
        internals.attach(next.client(), next.socket());
        next.client().onOpen(next.socket(), null);
        sdk = next;
    }

    private Sdk sdk() {
        return Objects.requireNonNull(sdk, "a connection has no task and receives no message before it is open");
    }

    /** To be told by the socket of all that it receives. */
    ReceiveLimit received() {
        return received;
    }

    /** Begins the handshake, whose bound is the client's call timeout. */
    CompletableFuture<Connection> open(OkHttpClient client, Request handshake) {
        WebSocket opening = client.newWebSocket(handshake, new Reader());
        opened.whenComplete((connection, failure) -> {
            if (failure != null) {
                opening.cancel();
            }
        });
        return opened;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean hasOldKey() {
        return oldKey.getAsBoolean();
    }

    @Override
    public Task start(TaskSpec spec, String text, TaskListener listener) {
        Sdk using = sdk();
        SdkTask task = new SdkTask(this, using.synthesizer(), using.socket(), spec, listener);
        if (!current.compareAndSet(null, task)) {
            throw new IllegalStateException("a connection runs one task at a time");
        }
        if (!open) {
            end(new TaskFailedException(Reason.DISCONNECTED, "The connection was closed before the task began."));
            return task;
        }
        try {
            workers.execute(() -> task.start(text));
        } catch (RejectedExecutionException e) {
            end(new TaskFailedException(Reason.CANCELLED, "The server has no free thread to start the task."));
        }
        return task;
    }

    @Override
    public void ping(Runnable answered) {
        Objects.requireNonNull(pings, "a connection is handed out when it is open").send(answered);
    }

    @Override
    public void cancel() {
        end(new TaskFailedException(Reason.CANCELLED, "The task was cancelled."));
    }

    void end(TaskFailedException why) {
        open = false;
        SdkTask task = current.get();
        // Before the socket is closed: its reader would otherwise be the one to say why the task failed.
        boolean first = task != null && task.claimEnd();
        WebSocket closing = socket;
        if (closing != null) {
            closing.cancel();
        }
        if (task != null && first) {
            task.fail(why);
        }
    }

    /** A task was cancelled before anything of it was sent. */
    void notSent(SdkTask task) {
        if (current.compareAndSet(task, null)) {
            task.reportNotSent();
        }
    }

    /** The service has stopped a cancelled task. */
    private void stopped(WebSocket webSocket, SdkTask task) {
        // The SDK still waits for what the task would have said.
        attachSdk(webSocket);
        if (current.compareAndSet(task, null)) {
            task.reportCancelled();
        }
    }

    private final class Reader extends WebSocketListener {

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            socket = webSocket;
            attachSdk(webSocket);
            Pings opening = new Pings((RealWebSocket) webSocket);
            pings = opening;
            received.beforeRead(opening::read);
            open = true;
            if (!opened.complete(SdkConnection.this)) {
                cancel();
            }
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            received.message();
            SdkTask task = current.get();
            if (task != null && task.isCancelling()) {
                stopping(webSocket, task, text);
                return;
            }
            OkHttpWebSocketClient client = sdk().client();
            if (task != null && !task.awaitSubscription(() -> internals.isListening(client))) {
                if (task.isCancelling()) {
                    stopping(webSocket, task, text);
                }
                return;
            }
            String id = task == null ? null : task.id();
            if (task == null || id == null || !text.contains(id)) {
                end(new TaskFailedException(Reason.PROTOCOL, "The service sent a message of another task."));
                return;
            }
            if (task.isFrameMark(text)) {
                return;
            }
            task.read(text);
            client.onMessage(webSocket, text);
            task.awaitRoom();
            // Only now is the SDK done with the task; its next one may begin within onFinished.
            if (task.isComplete()) {
                if (task.claimFinish()) {
                    current.set(null);
                    task.reportFinished();
                } else {
                    // What the service makes of the request to stop a finished task is not known.
                    end(new TaskFailedException(Reason.CANCELLED, "The task finished while it was being cancelled."));
                }
            }
        }

        /** A message of a task that is to stop: nothing of it matters but how far that has come. */
        private void stopping(WebSocket webSocket, SdkTask task, String text) {
            if (!Messages.header(text, "task_id").equals(task.id())) {
                end(new TaskFailedException(Reason.PROTOCOL, "The service sent a message of another task."));
                return;
            }
            switch (Messages.header(text, "event")) {
                case "task-started" -> task.sendCancel();
                case "task-finished" -> stopped(webSocket, task);
                case "task-failed" ->
                    end(new TaskFailedException(Reason.CANCELLED, "The task failed while it was being cancelled."));
                default -> {
                    // Sentences that were on their way.
                }
            }
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            if (bytes.size() == 0) {
                if (!received.emptyMessage()) {
                    end(received.failure());
                }
                return;
            }
            received.message();
            SdkTask task = current.get();
            if (task != null && task.isCancelling()) {
                return;
            }
            if (task == null || !task.isStarted()) {
                end(new TaskFailedException(Reason.PROTOCOL, "The service sent audio outside of a task."));
                return;
            }
            task.audio(bytes.asByteBuffer());
            task.awaitRoom();
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            // OkHttp never forgets a connection whose close frame was not answered.
            webSocket.close(NORMAL_CLOSURE, null);
            end(FailureReasons.ofClose(code, reason));
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable failure, @Nullable Response response) {
            opened.completeExceptionally(handshakeFailure(failure, response));
            LOG.debugf("The connection broke: %s", failure.getClass());
            end(received.isExceeded()
                    ? received.failure()
                    : new TaskFailedException(Reason.DISCONNECTED, "The connection to the service broke."));
        }

        private TaskFailedException handshakeFailure(Throwable failure, @Nullable Response response) {
            if (response != null) {
                int status = response.code();
                return status == 401 || status == 403
                        ? new TaskFailedException(Reason.UNAUTHORIZED,
                                "The service refused the API key (HTTP " + status + ").")
                        : new TaskFailedException(Reason.UNREACHABLE,
                                "The service answered the handshake with HTTP " + status + ".");
            }
            String what = failure instanceof IOException ? failure.getMessage() : failure.toString();
            return new TaskFailedException(Reason.UNREACHABLE, "Cannot connect to the service: " + what + ".");
        }
    }
}
