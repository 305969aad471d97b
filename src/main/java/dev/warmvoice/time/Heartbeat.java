package dev.warmvoice.time;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * How much time passes, and whether the process was there. Thread-safe, does not block.
 *
 * <p>
 * Time is added up beat by beat. The {@linkplain #beat age} of things grows by the larger of what the two clocks say has
 * passed, so a clock that stood still or was set back makes nothing look younger. A gap between two beats that is longer
 * than any scheduling delay means that the process was suspended: it makes everything older, but no time limit counts it
 * ({@link #running}).
 */
public final class Heartbeat {

    private static final long LOOK_MILLIS = 1000;
    private static final long LOOK_NANOS = LOOK_MILLIS * 1_000_000;

    private final Clocks clocks;
    private final long maxGapNanos;
    private final List<Consumer<Duration>> onSuspension = new CopyOnWriteArrayList<>();
    private final AtomicReference<Tick> last;

    /**
     * @param maxGap the longest time between two beats that is not taken for a suspension
     */
    public Heartbeat(Clocks clocks, Duration maxGap) {
        this.clocks = clocks;
        this.maxGapNanos = maxGap.toNanos();
        this.last = new AtomicReference<>(new Tick(clocks.monotonicNanos(), clocks.wallNanos(), 0, 0, Long.MIN_VALUE,
                Long.MIN_VALUE / 2));
    }

    /**
     * Reports each suspension from now on.
     *
     * @param listener receives how long it was, on the thread that beats first after it; must not block
     */
    public void onSuspension(Consumer<Duration> listener) {
        onSuspension.add(listener);
    }

    /**
     * Takes note of the time. To be called regularly, and before anything is decided by age.
     *
     * @return nanoseconds since this object was made, suspensions included
     */
    public long beat() {
        return tick().elapsed;
    }

    /**
     * Takes note of the time, for a time limit.
     *
     * @return nanoseconds that the process ran since this object was made, suspensions not included
     */
    public long running() {
        return tick().running;
    }

    /** Without a lock: many threads ask for the time at once. */
    private Tick tick() {
        while (true) {
            // Read before the clocks, so that it is never later than what they show.
            Tick before = last.get();
            Tick now = before.next(clocks.monotonicNanos(), clocks.wallNanos(), maxGapNanos);
            if (last.compareAndSet(before, now)) {
                if (now.resumed != before.resumed) {
                    Duration gap = Duration.ofNanos(now.elapsed - before.elapsed);
                    onSuspension.forEach(listener -> listener.accept(gap));
                }
                return now;
            }
        }
    }

    /** When the last suspension was noticed, in terms of {@link #beat}; far in the past if there was none. */
    public long resumed() {
        return last.get().resumed;
    }

    /** When the last suspension was noticed, in terms of {@link #running}; far in the past if there was none. */
    public long resumedRunning() {
        return last.get().resumedRunning;
    }

    /**
     * What is left of a time limit. Time in suspension does not count, and after a suspension at least
     * {@value #LOOK_MILLIS} ms are left, or the whole limit if it is shorter, in which what waits outside can come in.
     *
     * @param since when the limit began, in terms of {@link #running}
     * @return zero or negative if the limit is over
     */
    public Duration left(Duration limit, long since) {
        long now = running();
        long begin = Math.max(since, resumedRunning() - Math.max(0, limit.toNanos() - LOOK_NANOS));
        return limit.minusNanos(now - begin);
    }

    /** What was known when the clocks were last read, in nanoseconds. */
    private record Tick(long monotonic, long wall, long elapsed, long running, long resumed, long resumedRunning) {

        Tick next(long monotonicNow, long wallNow, long maxGap) {
            long ran = Math.max(0, monotonicNow - monotonic);
            long gap = Math.max(ran, wallNow - wall);
            long then = elapsed + gap;
            return gap > maxGap
                    ? new Tick(monotonicNow, wallNow, then, running, then, running)
                    : new Tick(monotonicNow, wallNow, then, running + ran, resumed, resumedRunning);
        }
    }
}
