package dev.warmvoice.dashscope;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connector whose connections and tasks are controlled by a test, on the test's own thread. */
public final class ManualConnector implements Connector {

    private final List<Handshake> handshakes = new CopyOnWriteArrayList<>();
    private final List<RunningTask> tasks = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Connection> connect() {
        Handshake begun = new Handshake(new CompletableFuture<>(), new OpenConnection(tasks));
        handshakes.add(begun);
        return begun.outcome;
    }

    /** All handshakes so far, in the order in which they began. */
    public List<Handshake> handshakes() {
        return handshakes;
    }

    /** The count of handshakes neither answered nor cancelled. */
    public long pending() {
        return handshakes.stream().filter(each -> !each.outcome.isDone()).count();
    }

    /** Answers all pending handshakes. */
    public void answerAll() {
        List.copyOf(handshakes).stream().filter(each -> !each.outcome.isDone()).forEach(Handshake::answer);
    }

    /** The latest task on any connection. */
    public RunningTask lastTask() {
        return tasks.get(tasks.size() - 1);
    }

    /** The count of all tasks so far. */
    public long tasks() {
        return tasks.size();
    }

    public record Handshake(CompletableFuture<Connection> outcome, OpenConnection connection) {

        public void answer() {
            connection.open = true;
            if (!outcome.complete(connection)) {
                connection.cancel();
            }
        }

        public void fail(TaskFailedException.Reason reason) {
            outcome.completeExceptionally(new TaskFailedException(reason, "failed by the test"));
        }
    }

    /** A connection that opens when its handshake is answered. */
    public static final class OpenConnection implements Connection {

        private final List<RunningTask> tasksOfAll;
        private final List<RunningTask> tasks = new ArrayList<>();
        private final List<Runnable> pings = new ArrayList<>();
        private volatile boolean open;
        private volatile boolean oldKey;

        private OpenConnection(List<RunningTask> tasksOfAll) {
            this.tasksOfAll = tasksOfAll;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean hasOldKey() {
            return oldKey;
        }

        /** Replaces the key with which the connection was opened. */
        public void replaceKey() {
            oldKey = true;
        }

        @Override
        public Task start(TaskSpec spec, String text, TaskListener listener) {
            RunningTask task = new RunningTask(this, listener);
            task.texts.add(text);
            tasks.add(task);
            tasksOfAll.add(task);
            return task;
        }

        @Override
        public void ping(Runnable answered) {
            pings.add(answered);
        }

        /** The count of unanswered pings. */
        public int pings() {
            return pings.size();
        }

        /** Answers all pings so far. */
        public void pong() {
            List<Runnable> answered = List.copyOf(pings);
            pings.clear();
            answered.forEach(Runnable::run);
        }

        @Override
        public void cancel() {
            end(TaskFailedException.Reason.CANCELLED);
        }

        /** Closes the connection as the service does. */
        public void close() {
            end(TaskFailedException.Reason.DISCONNECTED);
        }

        private void end(TaskFailedException.Reason why) {
            open = false;
            tasks.forEach(task -> task.fail(why));
        }
    }

    /** A task that reached the service. */
    public static final class RunningTask implements Task {

        private final OpenConnection connection;
        private final TaskListener listener;
        private final List<String> texts = new ArrayList<>();
        private boolean textFinished;
        private boolean cancelled;
        private int flushes;
        private int resumes;
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

        /** Whether the client has cancelled the task. */
        public boolean isCancelled() {
            return cancelled;
        }

        public int flushes() {
            return flushes;
        }

        @Override
        public void resume() {
            resumes++;
        }

        /** How often the task was told that there is room again. */
        public int resumes() {
            return resumes;
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

        /** Sends task-started, which releases the text. */
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

        /** Sends audio of that content. */
        public RunningTask audio(byte[] frame) {
            listener.onAudio(ByteBuffer.wrap(frame).asReadOnlyBuffer());
            return this;
        }

        /** Reports a sentence of one word. */
        public RunningTask word(int sentence, String word) {
            listener.onWords(new SentenceWords(sentence, word, List.of(new Word(word, 0, word.length(), 10, 20))));
            return this;
        }

        public void finishedWithoutAudio() {
            if (!ended) {
                listener.onFinishedWithoutAudio();
                ended = true;
            }
        }

        public void finished() {
            if (!ended) {
                ended = true;
                listener.onFinished(new Usage(1, 0, 0));
            }
        }

        /** Confirms the cancel. */
        public void stopped() {
            if (!ended) {
                ended = true;
                listener.onCancelled();
            }
        }

        /** Reports that the task was cancelled before it was sent. */
        public void notSent() {
            if (!ended) {
                ended = true;
                listener.onNotSent();
            }
        }

        public void fail(TaskFailedException.Reason why) {
            fail(new TaskFailedException(why, "failed by the test"));
        }

        public void fail(TaskFailedException why) {
            if (!ended) {
                ended = true;
                connection.open = false;
                listener.onFailed(why);
            }
        }
    }
}
