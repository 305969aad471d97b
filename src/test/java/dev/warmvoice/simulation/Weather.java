package dev.warmvoice.simulation;

import java.time.Duration;
import java.util.SplittableRandom;

/** The random faults and their rates: mostly low, in a storm high. */
final class Weather {

    /** How a handshake ends. */
    enum HandshakeFate {
        ANSWERED,
        NEVER,
        UNAUTHORIZED,
        FORBIDDEN,
        UNAVAILABLE,
        REFUSED,
        NO_KEY,
        CUT_AT_ONCE
    }

    /** The outcome of a task. */
    enum TaskFate {
        SERVED,
        /** run-task is not answered. */
        NOT_STARTED,
        THROTTLED,
        REJECTED,
        /** "Invalid action". */
        SPENT,
        /** task-failed before the first audio. */
        FAILED,
        /** task-started and nothing after it. */
        SILENT,
        /** task-finished without audio. */
        EMPTY,
        /** Closed or reset after some frames, or none. */
        CUT,
        /** Nothing more after some frames. */
        STALLED,
        /** Nothing for a while after some frames. */
        PAUSED,
        /** task-failed after some frames. */
        FAILED_LATE,
        /** An invalid message after some frames. */
        GARBAGE,
        /** All of the audio, and no task-finished. */
        NOT_FINISHED,
        /** task-finished comes seconds after the last frame. */
        FINISHED_LATE,
        /** A frame after task-finished. */
        LATE_FRAME,
        /** The socket dies in both directions without notice to either end. */
        VANISHED
    }

    /** The service's reaction to a cancel. */
    enum Cancel {
        STOPS,
        /** The service speaks the rest of its text. */
        FINISHES,
        IGNORES
    }

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final long ABROAD_NANOS = 3 * SECOND;
    private static final long NEARBY_NANOS = 400 * MILLI;
    private static final long START_NANOS = 150 * MILLI;
    private static final TaskFate[] TASK_FATES = TaskFate.values();

    private final SplittableRandom random;
    private final boolean perfect;
    private final double handshakeFaults;
    private final double taskFaults;
    private final double idleFaults;
    private final boolean acrossBorders;
    private final long latencyNanos;
    private final Cancel cancel;
    private final boolean answersPings;
    private HandshakeFate outage;
    private boolean blackHole;
    private boolean calm;

    Weather(SplittableRandom random, Duration connectTimeout) {
        this.random = random;
        double badness = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2, 3, 4 -> 0.03;
            case 5, 6, 7 -> 0.15;
            default -> 0.5;
        };
        perfect = badness == 0;
        handshakeFaults = badness * random.nextDouble(0.2, 1.5);
        taskFaults = badness * random.nextDouble(0.2, 1.5);
        idleFaults = badness * random.nextDouble(0.2, 1.5);
        acrossBorders = random.nextInt(3) == 0 && connectTimeout.toMillis() > 3_500;
        latencyNanos = random.nextLong(MILLI / 10, acrossBorders ? 250 * MILLI : 30 * MILLI);
        answersPings = random.nextInt(4) > 0;
        cancel = random.nextInt(4) > 0 ? Cancel.STOPS : random.nextBoolean() ? Cancel.FINISHES : Cancel.IGNORES;
    }

    /** Whether the service and the network never fail. */
    boolean isPerfect() {
        return perfect;
    }

    boolean isAcrossBorders() {
        return acrossBorders;
    }

    /** Ends all faults. */
    void calm() {
        calm = true;
        outage = null;
        blackHole = false;
    }

    /** Makes every handshake end like this; null ends the outage. */
    void outage(HandshakeFate fate) {
        outage = calm ? null : fate;
    }

    /** Starts or ends a black hole in both directions on all connections. */
    void blackHole(boolean begins) {
        blackHole = begins && !calm;
    }

    boolean isBlackHole() {
        return blackHole;
    }

    HandshakeFate handshake() {
        if (blackHole) {
            return HandshakeFate.NEVER;
        }
        if (outage != null) {
            return outage;
        }
        if (!strikes(handshakeFaults)) {
            return HandshakeFate.ANSWERED;
        }
        return HandshakeFate.values()[random.nextInt(HandshakeFate.values().length)];
    }

    long handshakeNanos() {
        if (strikes(0.02)) {
            return random.nextInt(3) == 0 ? 4_500 * MILLI : random.nextLong(SECOND, 8 * SECOND);
        }
        return acrossBorders
                ? random.nextLong(SECOND, ABROAD_NANOS)
                : random.nextLong(30 * MILLI, NEARBY_NANOS);
    }

    /** The max duration of a handshake without a fault. */
    long longestHandshake() {
        return acrossBorders ? ABROAD_NANOS : NEARBY_NANOS;
    }

    /** The max time until task-started without a fault. */
    long longestStart() {
        return 2 * (latencyNanos + MILLI) + START_NANOS;
    }

    TaskFate task() {
        return strikes(taskFaults) ? TASK_FATES[random.nextInt(TASK_FATES.length)] : TaskFate.SERVED;
    }

    boolean answersPings() {
        return answersPings;
    }

    Cancel cancel() {
        return cancel;
    }

    /** Whether an idle connection dies silently. */
    boolean vanishes() {
        return strikes(idleFaults / 4);
    }

    /** The time after which the service closes an idle connection. */
    long idleNanos(boolean afterTask) {
        if (strikes(idleFaults / 2)) {
            return random.nextLong(60 * SECOND);
        }
        if (!afterTask && random.nextInt(5) == 0) {
            return random.nextLong(26 * SECOND, 31 * SECOND);
        }
        return random.nextLong(60 * SECOND, 61 * SECOND);
    }

    long latencyNanos() {
        return latencyNanos + random.nextLong(MILLI);
    }

    long startNanos() {
        return strikes(0.01) ? random.nextLong(4 * SECOND) : random.nextLong(5 * MILLI, START_NANOS);
    }

    long firstAudioNanos() {
        return strikes(0.01) ? random.nextLong(12 * SECOND) : random.nextLong(100 * MILLI, 800 * MILLI);
    }

    /** The time between two frames; usually shorter than their playing time. */
    long frameNanos() {
        return random.nextLong(20 * MILLI, 250 * MILLI);
    }

    long pauseNanos() {
        return random.nextLong(SECOND, 15 * SECOND);
    }

    boolean strikes(double probability) {
        return !calm && !perfect && random.nextDouble() < probability;
    }
}
