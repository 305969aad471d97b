package dev.warmvoice.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** Workers and clocks in one: work runs when the test advances the time, on the test's own thread. */
public final class ManualWorkers implements Workers, Clocks {

    private static final int MAX_AT_ONCE = 10_000;

    private final SetClocks clocks = new SetClocks();
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final List<Later> later = new ArrayList<>();
    private int ran;

    @Override
    public void execute(Runnable work) {
        ready.add(work);
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        Later due = new Later(monotonicNanos() + Math.max(0, delay.toNanos()), work);
        later.add(due);
        return () -> later.remove(due);
    }

    @Override
    public long monotonicNanos() {
        return clocks.monotonicNanos();
    }

    @Override
    public long wallNanos() {
        return clocks.wallNanos();
    }

    /** Runs all work that is due, which must come to an end. */
    public void run() {
        for (int ranBefore = ran; ran - ranBefore < MAX_AT_ONCE;) {
            Later due = later.stream().filter(each -> each.at <= monotonicNanos())
                    .min(Comparator.comparingLong(Later::at)).orElse(null);
            if (!ready.isEmpty()) {
                ran++;
                ready.remove().run();
            } else if (due != null) {
                ran++;
                later.remove(due);
                due.work.run();
            } else {
                return;
            }
        }
        throw new AssertionError("Work begets work at the same moment, without an end.");
    }

    /** Advances the time, and runs each piece of work when it is due. */
    public void pass(Duration time) {
        long end = monotonicNanos() + time.toNanos();
        run();
        while (monotonicNanos() < end) {
            long next = later.stream().mapToLong(Later::at).min().orElse(end);
            clocks.pass(Duration.ofNanos(Math.max(0, Math.min(next, end) - monotonicNanos())));
            run();
        }
    }

    /** Suspends the process; work due meanwhile runs afterwards. */
    public void freeze(Duration time) {
        clocks.pass(time);
        run();
    }

    /** Sets the wall clock back. */
    public void setWallBack(Duration time) {
        clocks.passWall(time.negated());
    }

    /** The count of executed pieces of work. */
    public int ran() {
        return ran;
    }

    private record Later(long at, Runnable work) {
    }
}
