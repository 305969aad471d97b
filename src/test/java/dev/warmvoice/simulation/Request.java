package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The service's view of one request, and the checks on it. */
final class Request {

    private static final long MARGIN_NANOS = 300_000_000;

    private final int number;
    private final Laws laws;
    private final VirtualTime time;
    private final Settings settings;
    /** Whether the request is an utterance, with races, retries and the account's rate. */
    private final boolean counted;
    private final long begun;
    private final Map<Integer, StringBuilder> texts = new HashMap<>();
    private final Map<Integer, Integer> frames = new HashMap<>();
    /** The running tasks without a cancel. */
    private final Set<Integer> contending = new HashSet<>();
    private final Set<Integer> stopping = new HashSet<>();
    private int tasks;
    /** The task that sent task-started first, and so gets the text; negative if there is none. */
    private int winner = -1;
    private int failures;
    private int throttled;
    private long throttledAt;
    private long failedAt;
    /** The reason why another task is forbidden. */
    private String last;
    private long taskStarted;
    private long firstStarted;
    private int finishedTask = -1;
    private long lastNews;
    private long awaitedSince;
    private int flushes;

    Request(int number, Laws laws, VirtualTime time, Settings settings, boolean counted) {
        this.number = number;
        this.laws = laws;
        this.time = time;
        this.settings = settings;
        this.counted = counted;
        this.begun = time.now();
        this.awaitedSince = begun;
        news();
    }

    int number() {
        return number;
    }

    boolean isCounted() {
        return counted;
    }

    long begun() {
        return begun;
    }

    /** The start time of the latest task. */
    long taskStarted() {
        return taskStarted;
    }

    /** The time of the latest message from the service, or of the latest request to it. */
    long lastNews() {
        return lastNews;
    }

    private void news() {
        lastNews = time.now();
    }

    /** Marks that the client waits for audio. */
    void awaitsAudio() {
        awaitedSince = time.now();
    }

    /** Marks that the client has cancelled. */
    void leaves() {
        last = "left";
    }

    /** Marks that the client has requested a flush. */
    void flushes() {
        flushes++;
    }

    /** Whether the service has just throttled a task although there is time for a retry. */
    boolean isThrottledTooEarly() {
        long longestBackOff = 200_000_000L << Math.min(throttled - 1, 4);
        return throttled > 0 && throttledAt == time.now()
                && time.now() - awaitedSince + longestBackOff < settings.acquireTimeout().toNanos();
    }

    /** The finished task; negative if there is none. */
    int finishedTask() {
        return finishedTask;
    }

    int frames(int task) {
        return frames.getOrDefault(task, 0);
    }

    int anyFrames() {
        return frames.values().stream().mapToInt(Integer::intValue).sum();
    }

    String text(int task) {
        return texts.getOrDefault(task, new StringBuilder()).toString();
    }

    /** Whether the client may receive this task's audio. */
    boolean isWinner(int task) {
        return task == winner;
    }

    void taskStarts(ScriptedConnection connection, int task) {
        tasks++;
        if (connection.wasCancelled()) {
            laws.broken("a task starts on a connection that was discarded", "connection " + connection.number());
        }
        checkAge(connection);
        if (counted && contending.isEmpty()) {
            checkFirst(connection);
        } else if (counted) {
            checkSecond(connection);
        }
        if (contending.isEmpty()) {
            firstStarted = time.now();
        }
        contending.add(task);
        taskStarted = time.now();
        if (contending.size() + stopping.size() > (throttled > 0 ? 3 : 2)) {
            laws.broken("a request has three connections", "request " + number);
        }
        if (counted && contending.size() == 1 && failures == 0 && laws.isInDoubt(connection)) {
            time.world(1, () -> {
                if (contending.contains(task) && contending.size() == 1 && winner < 0 && laws.races() == 0) {
                    laws.broken("a connection in doubt is used without a second one beside it", "request " + number);
                }
            });
        }
        news();
    }

    private void checkFirst(ScriptedConnection connection) {
        if (last != null) {
            laws.broken("a task is retried that must not be", "request " + number + ", " + last);
        }
        if (failures > 1 || tasks - 2 * throttled > 3) {
            laws.broken("a failed task is retried more than once", "request " + number);
        }
        // A connection opened for a race whose first task has failed may serve the retry.
        if (failures == 1 && failedAt > throttledAt && connection.openedAt() < Math.min(failedAt, firstStarted)) {
            laws.broken("a retry uses a connection that was not opened for it", "request " + number);
        }
        winner = -1;
    }

    private void checkSecond(ScriptedConnection connection) {
        if (contending.size() > 1) {
            laws.broken("a third task starts beside two others", "request " + number);
        }
        if (winner >= 0) {
            laws.broken("a second task starts beside one that the service has started", "request " + number);
        }
        if (failures > 0) {
            laws.broken("a retry is raced", "request " + number);
        }
        if (connection.openedAt() < firstStarted) {
            laws.broken("a race's second connection is older than the race", "request " + number);
        }
    }

    /** Checks the age of a connection; only {@link PoolClient} knows exactly when it was lent. */
    private void checkAge(ScriptedConnection connection) {
        long waited = time.now() - begun;
        long age = time.now() - connection.provenAt();
        if (age > waited + Laws.IDLE_CLOSE_NANOS + MARGIN_NANOS) {
            laws.broken("a request uses a connection that the service had closed before", "connection "
                    + connection.number() + ", " + age / 1_000_000 + " ms");
        }
    }

    /** Records task-started of a task that was not cancelled. */
    void taskAnswered(int task) {
        if (winner >= 0) {
            laws.broken("a task continues after a lost race", "request " + number);
        }
        if (!contending.contains(task)) {
            laws.broken("a task continues after its end", "request " + number);
        }
        winner = task;
        news();
    }

    /** Whether a task waits for task-started. */
    boolean awaitsStart() {
        return !contending.isEmpty() && winner < 0;
    }

    /** Whether another task may start beside the waiting one. */
    boolean mayBeRaced() {
        return contending.size() == 1 && failures == 0;
    }

    /** Records the cancel of a task. */
    void taskStopping(int task) {
        contending.remove(task);
        stopping.add(task);
        if (task == winner) {
            last = "stopped";
        }
    }

    void taskFailed(ScriptedConnection connection, int task, Reason reason) {
        boolean contended = contending.remove(task);
        stopping.remove(task);
        if (reason != Reason.CANCELLED) {
            news();
        }
        if (!contended || winner >= 0 && winner != task) {
            return;
        }
        winner = -1;
        if (reason == Reason.THROTTLED) {
            throttled++;
            throttledAt = time.now();
            boolean isLate = laws.lasted(awaitedSince) > settings.acquireTimeout().toNanos() + MARGIN_NANOS;
            if (isLate && !laws.isRightAfterThaw()) {
                last = "throttled for too long";
            }
            // The task beside it is cancelled, and has not failed.
            stopping.addAll(contending);
            contending.clear();
            return;
        }
        // The service may close an old connection at the moment of its use.
        boolean closed = connection.closeArrivedAt() <= time.now();
        if (counted && laws.isQuiet() && last == null && !closed) {
            laws.broken("a task fails without a fault, or a silent one runs into its timeout",
                    "request " + number);
        }
        failures++;
        failedAt = time.now();
        switch (reason) {
            case SPENT, SERVICE, PROTOCOL, DISCONNECTED, NOT_STARTED, CANCELLED -> {
                // A retry is allowed.
            }
            case UNAUTHORIZED, UNREACHABLE, THROTTLED, REJECTED -> last = reason.name();
        }
    }

    /** Records that the service has stopped a task. */
    void taskStopped(int task) {
        contending.remove(task);
        stopping.remove(task);
    }

    void taskFinished(int task) {
        contending.remove(task);
        news();
        finishedTask = task;
        last = "finished";
    }

    void frameArrives(int task) {
        if (counted && task != winner) {
            laws.broken("audio arrives from a task that did not win its race", "request " + number);
        }
        news();
        last = "heard";
        frames.merge(task, 1, Integer::sum);
    }

    void textSent(int task, String text) {
        if (!counted) {
            return;
        }
        texts.computeIfAbsent(task, none -> new StringBuilder()).append(text);
        if (task != winner || !contending.contains(task)) {
            laws.broken("text is sent to a task that did not win its race", "request " + number);
        }
        if (frames.keySet().stream().anyMatch(other -> other != task)) {
            laws.broken("text is sent to a second task after audio from the first", "request " + number);
        }
    }

    void flushSent(int task) {
        if (task != winner || flushes == 0) {
            laws.broken("a flush is sent without a request", "request " + number);
        }
    }
}
