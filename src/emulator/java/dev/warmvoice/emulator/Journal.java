package dev.warmvoice.emulator;

import dev.warmvoice.emulator.voice.Send;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * What happened at an emulator since it started. Thread-safe; what it returns are copies.
 *
 * <p>
 * Counts are complete; of handshakes and tasks only the last ones are kept, see {@link #KEPT} and
 * {@link #KEPT_CHARACTERS}. Texts are kept in memory only.
 */
public final class Journal {

    /** How many handshakes and how many tasks are remembered. */
    public static final int KEPT = 10_000;

    /** How much text is remembered; the oldest tasks go when there is more. */
    public static final int KEPT_CHARACTERS = 20_000_000;

    /**
     * A request for a WebSocket.
     *
     * @param headers all of them, the key included, under names in any case; of a repeated one the first value
     * @param status the answer: 101 is accepted, 0 none yet
     * @param nanos when it came, by {@link System#nanoTime()}
     */
    public record Handshake(Map<String, String> headers, int status, long nanos) {
    }

    /** How a task ended. */
    public enum Outcome {
        RUNNING,
        FINISHED,
        FAILED,
        /** By the client; it was answered with task-finished at once. */
        CANCELLED,
        /** The connection ended first, from either side. */
        ABANDONED
    }

    /**
     * A run-task and what became of it. Instants are {@link System#nanoTime()}, 0 for what never happened.
     *
     * @param connection number of the connection, from 1, in the order they were accepted
     * @param taskId as the client chose it
     * @param model as asked for; null when there was none
     * @param parameters of run-task, as they came
     * @param sends one for each continue-task
     * @param characters billed characters of each text
     * @param ssml {@code enable_ssml}
     * @param earlyText whether a continue-task came before task-started was sent
     * @param frames binary frames sent
     * @param bytes in these frames
     * @param handshakeNanos when the connection was accepted
     * @param runTaskNanos when run-task came
     * @param firstAudioNanos when the first binary frame was sent
     * @param cancelNanos when the client cancelled it
     * @param outcome how it ended
     * @param errorCode of task-failed; null without
     * @param fault what was to go wrong with it; null for nothing
     */
    public record Task(int connection, String taskId, String model, JsonObject parameters, List<Send> sends,
            List<Integer> characters, boolean ssml, boolean earlyText, int frames, long bytes, long handshakeNanos,
            long runTaskNanos, long firstAudioNanos, long cancelNanos, Outcome outcome, String errorCode,
            Fault.OfTask fault) {

        /** @return the text of each continue-task */
        public List<String> texts() {
            return sends.stream().map(Send::text).toList();
        }
    }

    private final Deque<HandshakeEntry> handshakes = new ArrayDeque<>();
    private final Deque<TaskEntry> tasks = new ArrayDeque<>();
    private long keptCharacters;
    private int handshakesAttempted;
    private int handshakesAccepted;
    private int handshakesRefused;
    private int connectionsClosed;
    private int pings;
    private int tasksStarted;
    private int tasksFinished;
    private int tasksFailed;
    private int tasksThrottled;
    private int tasksCancelled;
    private int tasksAbandoned;
    private int tasksRunning;

    /** @return requests for a WebSocket */
    public synchronized int handshakesAttempted() {
        return handshakesAttempted;
    }

    /** @return WebSockets opened */
    public synchronized int handshakesAccepted() {
        return handshakesAccepted;
    }

    /** @return requests answered with an HTTP error */
    public synchronized int handshakesRefused() {
        return handshakesRefused;
    }

    /** @return WebSockets open now; one that vanished is still open */
    public synchronized int connectionsOpen() {
        return handshakesAccepted - connectionsClosed;
    }

    /** @return WebSockets that have ended */
    public synchronized int connectionsClosed() {
        return connectionsClosed;
    }

    /** @return WebSocket pings that were answered, of all connections */
    public synchronized int pings() {
        return pings;
    }

    synchronized void pinged() {
        pings++;
    }

    /** @return tasks that task-started was sent for */
    public synchronized int tasksStarted() {
        return tasksStarted;
    }

    /** @return tasks that came and have not ended */
    public synchronized int tasksRunning() {
        return tasksRunning;
    }

    /** @return tasks that task-finished was sent for, save cancelled ones */
    public synchronized int tasksFinished() {
        return tasksFinished;
    }

    /** @return tasks that task-failed was sent for, refused ones included */
    public synchronized int tasksFailed() {
        return tasksFailed;
    }

    /** @return tasks that failed since there were more of them than the account's rate allows */
    public synchronized int tasksThrottled() {
        return tasksThrottled;
    }

    /** @return tasks that were cancelled and ended by it */
    public synchronized int tasksCancelled() {
        return tasksCancelled;
    }

    /** @return tasks whose connection ended before they did */
    public synchronized int tasksAbandoned() {
        return tasksAbandoned;
    }

    /** @return the last handshakes, oldest first */
    public synchronized List<Handshake> handshakes() {
        return handshakes.stream().map(entry -> new Handshake(entry.headers, entry.status, entry.nanos)).toList();
    }

    /** @return the last tasks, oldest first */
    public synchronized List<Task> tasks() {
        return tasks.stream().map(TaskEntry::snapshot).toList();
    }

    /**
     * The task with this id.
     *
     * @throws NoSuchElementException without one
     */
    public Task task(String id) {
        return tasks().stream().filter(task -> task.taskId().equals(id)).findFirst().orElseThrow();
    }

    /** @return the task that came last, of those that were not cancelled before they had any text */
    public synchronized Task lastTask() {
        List<Task> all = tasks();
        return all.stream().filter(task -> task.outcome() != Outcome.CANCELLED || !task.texts().isEmpty())
                .reduce((before, last) -> last).orElseThrow();
    }

    synchronized HandshakeEntry attempt(MultiMap headers) {
        handshakesAttempted++;
        var byName = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(header -> byName.putIfAbsent(header.getKey(), header.getValue()));
        var entry = new HandshakeEntry(byName);
        handshakes.add(entry);
        if (handshakes.size() > KEPT) {
            handshakes.poll();
        }
        return entry;
    }

    synchronized TaskEntry task(int connection, long handshakeNanos, String taskId, String model,
            JsonObject parameters) {
        var entry = new TaskEntry(connection, handshakeNanos, taskId, model, parameters);
        tasks.add(entry);
        tasksRunning++;
        if (tasks.size() > KEPT) {
            forgetOldestTask();
        }
        return entry;
    }

    private void forgetOldestTask() {
        TaskEntry forgotten = tasks.poll();
        forgotten.remembered = false;
        keptCharacters -= forgotten.length();
    }

    /** A handshake in the making. */
    final class HandshakeEntry {

        private final Map<String, String> headers;
        private final long nanos = System.nanoTime();
        private int status;

        private HandshakeEntry(Map<String, String> headers) {
            this.headers = Collections.unmodifiableMap(headers);
        }

        /** @return the number of the connection */
        int accepted() {
            synchronized (Journal.this) {
                status = 101;
                return ++handshakesAccepted;
            }
        }

        void refused(int answer) {
            synchronized (Journal.this) {
                status = answer;
                handshakesRefused++;
            }
        }

        void closed() {
            synchronized (Journal.this) {
                connectionsClosed++;
            }
        }
    }

    /** A task in the making. */
    final class TaskEntry {

        private final int connection;
        private final long handshakeNanos;
        private final String taskId;
        private final String model;
        private final JsonObject parameters;
        private final List<Send> sends = new ArrayList<>();
        private final List<Integer> characters = new ArrayList<>();
        private final long runTaskNanos = System.nanoTime();
        private boolean remembered = true;
        private boolean started;
        private boolean earlyText;
        private int frames;
        private long bytes;
        private long firstAudioNanos;
        private long cancelNanos;
        private Outcome outcome = Outcome.RUNNING;
        private String errorCode;
        private Fault.OfTask fault;

        private TaskEntry(int connection, long handshakeNanos, String taskId, String model, JsonObject parameters) {
            this.connection = connection;
            this.handshakeNanos = handshakeNanos;
            this.taskId = taskId;
            this.model = model;
            this.parameters = parameters.copy();
        }

        void drew(Fault.OfTask drawn) {
            synchronized (Journal.this) {
                fault = drawn;
            }
        }

        void started() {
            synchronized (Journal.this) {
                started = true;
                tasksStarted++;
            }
        }

        void send(Send send, int billed) {
            synchronized (Journal.this) {
                earlyText |= !started;
                characters.add(billed);
                sends.add(send);
                if (remembered) {
                    keptCharacters += send.text().length();
                }
                while (keptCharacters > KEPT_CHARACTERS) {
                    forgetOldestTask();
                }
            }
        }

        void frame(int length) {
            synchronized (Journal.this) {
                if (frames++ == 0) {
                    firstAudioNanos = System.nanoTime();
                }
                bytes += length;
            }
        }

        /** The client cancels it, whatever comes of that. */
        void cancel() {
            synchronized (Journal.this) {
                cancelNanos = System.nanoTime();
            }
        }

        void cancelled() {
            synchronized (Journal.this) {
                if (end(Outcome.CANCELLED)) {
                    tasksCancelled++;
                }
            }
        }

        void finished() {
            synchronized (Journal.this) {
                if (end(Outcome.FINISHED)) {
                    tasksFinished++;
                }
            }
        }

        void failed(String code) {
            synchronized (Journal.this) {
                if (end(Outcome.FAILED)) {
                    errorCode = code;
                    tasksFailed++;
                    if (ProtocolException.THROTTLED.equals(code)) {
                        tasksThrottled++;
                    }
                }
            }
        }

        void abandoned() {
            synchronized (Journal.this) {
                if (end(Outcome.ABANDONED)) {
                    tasksAbandoned++;
                }
            }
        }

        private boolean end(Outcome how) {
            if (outcome != Outcome.RUNNING) {
                return false;
            }
            outcome = how;
            tasksRunning--;
            return true;
        }

        private int length() {
            return sends.stream().mapToInt(send -> send.text().length()).sum();
        }

        private Task snapshot() {
            boolean ssml = Boolean.TRUE.equals(parameters.getValue("enable_ssml"));
            return new Task(connection, taskId, model, parameters.copy(), List.copyOf(sends),
                    List.copyOf(characters),
                    ssml, earlyText, frames, bytes, handshakeNanos, runTaskNanos, firstAudioNanos, cancelNanos, outcome,
                    errorCode,
                    fault);
        }
    }
}
