package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/** The invariants of a run. The first breach ends the run. */
final class Laws {

    /** The max age at which the service closes an idle connection. */
    static final long IDLE_CLOSE_NANOS = 61_000_000_000L;

    private static final long SECOND = 1_000_000_000;
    private static final long STORM_NANOS = 10 * SECOND;
    /** The max number of doublings in that time of a back-off that begins with 50 to 100 ms. */
    private static final int STORM_BACK_OFFS = 8;
    /** The lead by which a freeze may appear too early: one heartbeat. */
    private static final long EARLY_NANOS = 300_000_000;
    private static final long LOOK_NANOS = 900_000_000;
    private static final long JUST_NOW_NANOS = 50_000_000;

    private final VirtualTime time;
    private final Trace trace;
    private final Settings settings;
    private final Map<Integer, Request> requests = new HashMap<>();
    private final Deque<Long> submissions = new ArrayDeque<>();
    private final Deque<Long> handshakes = new ArrayDeque<>();
    private Consumer<String> onMoment = moment -> {
    };
    private Predicate<ScriptedConnection> inDoubt = connection -> false;
    private IntSupplier races = () -> 0;
    private String breach;
    private boolean resting;
    private boolean quiet;
    /** The times of events that justify handshakes: requests, their ends, hooks. */
    private final Deque<Long> reasons = new ArrayDeque<>();
    private final List<Excuse> excuses = new ArrayList<>();
    private long lastLeap = Long.MIN_VALUE / 2;

    private record Excuse(long from, long nanos) {
    }

    Laws(VirtualTime time, Trace trace, Settings settings) {
        this.time = time;
        this.trace = trace;
        this.settings = settings;
    }

    void onMoment(Consumer<String> listener) {
        onMoment = listener;
    }

    /**
     * @param doubted whether a connection is certainly in doubt
     * @param running the max number of requests that may open a second connection beside their first
     */
    void onDoubt(Predicate<ScriptedConnection> doubted, IntSupplier running) {
        inDoubt = doubted;
        races = running;
    }

    boolean isInDoubt(ScriptedConnection connection) {
        return inDoubt.test(connection);
    }

    int races() {
        return races.getAsInt();
    }

    /** Marks a moment at which a freeze is most likely to find a bug. */
    void moment(String name) {
        onMoment.accept(name);
    }

    void broken(String law, Object detail) {
        trace.note("BREACH", -1, law, detail);
        if (breach == null) {
            breach = law + " (" + detail + ") at " + time.now() / 1e9 + " s";
        }
    }

    Optional<String> breach() {
        return Optional.ofNullable(breach);
    }

    void add(Request request) {
        requests.put(request.number(), request);
    }

    void remove(Request request) {
        requests.remove(request.number());
    }

    /**
     * Records a suspension, real or apparent: each timeout is extended by its length, and by a grace period after it.
     */
    void suspended(Duration longest) {
        excuses.add(new Excuse(time.now(), longest.toNanos()));
    }

    /** Records a leap of the wall clock, which the process cannot distinguish from a suspension. */
    void leapt() {
        lastLeap = time.now();
        suspended(Duration.ZERO);
    }

    /** The running time since then, as far as the process could tell. */
    private long ran(long since) {
        long frozen = 0;
        for (Excuse excuse : excuses) {
            boolean noticed = excuse.nanos > settings.suspensionGap().toNanos();
            frozen += noticed && excuse.from >= since && isOver(excuse) ? excuse.nanos : 0;
        }
        return time.now() - since - frozen;
    }

    /** Checks a reported timeout. */
    void expired(String what, Duration limit, long since, int request) {
        if (ran(since) < limit.toNanos() - EARLY_NANOS) {
            broken("a timeout fires too early",
                    what + " of request " + request + " after " + ran(since) / 1_000_000
                            + " ms");
        }
        for (Excuse excuse : excuses) {
            long thaw = excuse.from + excuse.nanos;
            boolean noticed = excuse.nanos > settings.suspensionGap().toNanos() + EARLY_NANOS;
            if (noticed && excuse.from >= since && isOver(excuse)
                    && time.now() - thaw < Math.min(LOOK_NANOS, limit.toNanos() - EARLY_NANOS)) {
                broken("a timeout fires right after a thaw", what + " of request " + request);
            }
        }
    }

    /** Whether the grace period after a suspension is running. */
    boolean isRightAfterThaw() {
        return excuses.stream().anyMatch(excuse -> isOver(excuse)
                && time.now() - excuse.from - excuse.nanos < settings.look().toNanos());
    }

    private boolean isOver(Excuse excuse) {
        return excuse.from + excuse.nanos <= time.now();
    }

    /** The count of freezes and leaps since then, including one right before. */
    int suspensions(long since) {
        return (int) excuses.stream().filter(excuse -> excuse.from + excuse.nanos >= since - JUST_NOW_NANOS).count();
    }

    /** The elapsed time since then, as far as the process could notice. */
    long lasted(long since) {
        long excused = 0;
        for (Excuse excuse : excuses) {
            excused += excuse.from >= since ? excuse.nanos + settings.look().toNanos() : 0;
        }
        return time.now() - since - excused;
    }

    /** Records an event that justifies a handshake or two. */
    void reason() {
        reasons.add(time.now());
    }

    /** Starts the quiet phase: no new faults except silent ones, and no client disconnects. */
    void quiet() {
        quiet = true;
    }

    boolean isQuiet() {
        return quiet;
    }

    void resting(boolean begins) {
        resting = begins;
    }

    void handshakeBegins(int underWay) {
        if (resting) {
            broken("a connection is opened while the pool rests", "");
        }
        if (underWay > settings.opening()) {
            broken("too many handshakes at a time", underWay);
        }
        handshakes.add(time.now());
        forget(handshakes, STORM_NANOS);
        forget(reasons, STORM_NANOS);
        int max = STORM_BACK_OFFS + 2 * (settings.places() + settings.opening() + reasons.size());
        if (handshakes.size() > max) {
            broken("too many handshakes in ten seconds", handshakes.size() + " of at most " + max);
        }
    }

    private void forget(Deque<Long> times, long nanos) {
        while (!times.isEmpty() && times.peek() < time.now() - nanos) {
            times.remove();
        }
    }

    void taskStarts(ScriptedConnection connection, int task, TaskSpec spec, String text) {
        Request request = requests.get(spec.seed());
        if (request == null) {
            broken("a task starts for a request that has ended", spec.seed());
            return;
        }
        if (text.isEmpty()) {
            broken("a task starts without text", spec.seed());
        }
        if (request.isCounted()) {
            submissions.add(time.now());
            forget(submissions, SECOND);
            if (settings.perSecond() > 0 && submissions.size() > settings.perSecond()
                    && submissions.peek() > lastLeap) {
                broken("more tasks in one second than the rate allows", submissions.size());
            }
        }
        request.taskStarts(connection, task);
    }

    void taskAnswered(TaskSpec spec, int task) {
        with(spec, request -> request.taskAnswered(task));
    }

    void taskFailed(TaskSpec spec, ScriptedConnection connection, int task, Reason reason) {
        reason();
        with(spec, request -> request.taskFailed(connection, task, reason));
    }

    /** Records the cancel of a task. */
    void taskStopping(TaskSpec spec, int task) {
        reason();
        with(spec, request -> request.taskStopping(task));
    }

    void taskStopped(TaskSpec spec, int task) {
        with(spec, request -> request.taskStopped(task));
    }

    void taskFinished(TaskSpec spec, int task) {
        with(spec, request -> request.taskFinished(task));
    }

    void flushSent(TaskSpec spec, int task) {
        with(spec, request -> request.flushSent(task));
    }

    void frameArrives(TaskSpec spec, int task) {
        with(spec, request -> request.frameArrives(task));
    }

    void textSent(TaskSpec spec, int task, String text) {
        with(spec, request -> request.textSent(task, text));
    }

    private void with(TaskSpec spec, Consumer<Request> what) {
        Request request = requests.get(spec.seed());
        if (request != null) {
            what.accept(request);
        }
    }
}
