package dev.warmvoice.dashscope;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Connections and tasks that do what a test says, on the test's own thread. */
public final class ManualConnector implements Connector {

    private final List<Handshake> handshakes = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Connection> connect() {
        Handshake begun = new Handshake(new CompletableFuture<>(), new OpenConnection());
        handshakes.add(begun);
        return begun.outcome;
    }

    /** All handshakes so far, in the order in which they began. */
    public List<Handshake> handshakes() {
        return handshakes;
    }

    /** How many are neither answered nor cancelled. */
    public long pending() {
        return handshakes.stream().filter(each -> !each.outcome.isDone()).count();
    }

    /** Answers all that are pending. */
    public void answerAll() {
        List.copyOf(handshakes).stream().filter(each -> !each.outcome.isDone()).forEach(Handshake::answer);
    }

    /** The latest task on any connection. */
    public RunningTask lastTask() {
        return handshakes.stream().flatMap(each -> each.connection.tasks.stream())
                .reduce((first, second) -> second).orElseThrow();
    }

    /** How many tasks were ever started. */
    public long tasks() {
        return handshakes.stream().mapToLong(each -> each.connection.tasks.size()).sum();
    }

    public record Handshake(CompletableFuture<Connection> outcome, OpenConnection connection) {

        public void answer() {
            connection.open = true;
            if (!outcome.complete(connection)) {
                connection.cancel();
            }
        }

        public void fail(TaskFailedException.Reason reason) {
            outcome.completeExceptionally(new TaskFailedException(reason, "the test says so"));
        }
    }

    /** A connection that is open from the answer to its handshake on. */
    public static final class OpenConnection implements Connection {

        private final List<RunningTask> tasks = new ArrayList<>();
        private final List<Runnable> pings = new ArrayList<>();
        private volatile boolean open;

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public Task start(TaskSpec spec, String text, TaskListener listener) {
            RunningTask task = new RunningTask(this, listener);
            task.texts.add(text);
            tasks.add(task);
            return task;
        }

        @Override
        public void ping(Runnable answered) {
            pings.add(answered);
        }

        /** How many pings have not been answered. */
        public int pings() {
            return pings.size();
        }

        /** The service answers the pings that have come. */
        public void pong() {
            List<Runnable> answered = List.copyOf(pings);
            pings.clear();
            answered.forEach(Runnable::run);
        }

        @Override
        public void cancel() {
            end(TaskFailedException.Reason.CANCELLED);
        }

        /** The service closes it. */
        public void close() {
            end(TaskFailedException.Reason.DISCONNECTED);
        }

        private void end(TaskFailedException.Reason why) {
            open = false;
            tasks.forEach(task -> task.fail(why));
        }
    }

    /** A task of which the service has heard. */
    public static final class RunningTask implements Task {

        private final OpenConnection connection;
        private final TaskListener listener;
        private final List<String> texts = new ArrayList<>();
        private boolean textFinished;
        private boolean cancelled;
        private int flushes;
        private boolean ended;

        private RunningTask(OpenConnection connection, TaskListener listener) {
            this.connection = connection;
            this.listener = listener;
        }

        @Override
        public void send(String text) {
            texts.add(text);
        }

        @Override
        public void finishText() {
            textFinished = true;
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        /** Whether the service has been asked to stop it. */
        public boolean isCancelled() {
            return cancelled;
        }

        public int flushes() {
            return flushes;
        }

        @Override
        public void resume() {
            // The test looks at hasRoom itself.
        }

        public List<String> texts() {
            return texts;
        }

        public boolean isTextFinished() {
            return textFinished;
        }

        public boolean hasRoom() {
            return listener.hasRoom();
        }

        /** The service says task-started, and gets the text. */
        public RunningTask started() {
            listener.onStarted("task");
            if (!cancelled) {
                listener.onTextWanted();
            }
            return this;
        }

        public RunningTask audio(int bytes) {
            if (!ended) {
                listener.onAudio(ByteBuffer.allocate(bytes).asReadOnlyBuffer());
            }
            return this;
        }

        public void finished() {
            if (!ended) {
                ended = true;
                listener.onFinished(1);
            }
        }

        /** The service has stopped it. */
        public void stopped() {
            if (!ended) {
                ended = true;
                listener.onCancelled();
            }
        }

        /** It was cancelled before the service heard of it. */
        public void notSent() {
            if (!ended) {
                ended = true;
                listener.onNotSent();
            }
        }

        public void fail(TaskFailedException.Reason why) {
            if (!ended) {
                ended = true;
                connection.open = false;
                listener.onFailed(new TaskFailedException(why, "the test says so"));
            }
        }
    }
}
