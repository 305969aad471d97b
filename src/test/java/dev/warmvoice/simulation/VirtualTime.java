package dev.warmvoice.simulation;

import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Workers;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Virtual time that advances from event to event, with the worker threads of a process. A random seed determines the
 * order of events at about the same time. Not thread-safe.
 *
 * <p>
 * Time always passes in the world outside. The process can be frozen: events due in it meanwhile happen after the thaw,
 * in any order.
 */
final class VirtualTime implements Clocks, Workers {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    /** The max clock reads in one event; more of them mean a busy wait for a clock that stands still. */
    private static final int MAX_CLOCK_READS = 50_000;
    private static final long WALL_EPOCH = 1_800_000_000 * SECOND;

    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final PriorityQueue<Event> timers = new PriorityQueue<>();
    private long now;
    /** The total time for which the monotonic clock stood still. */
    private long stood;
    /** The total time by which the wall clock was set forward. */
    private long set;
    private long frozenSince;
    private long frozenUntil;
    private boolean stands;
    private int clockReads;
    private long second;
    private int workInSecond;
    private int maxWorkInSecond;
    private long work;

    VirtualTime(SplittableRandom random) {
        this.random = random;
    }

    private static final class Event implements Comparable<Event>, Cancellable {

        private long at;
        private final int order;
        private final boolean ofProcess;
        private Runnable work;

        Event(long at, int order, boolean ofProcess, Runnable work) {
            this.at = at;
            this.order = order;
            this.ofProcess = ofProcess;
            this.work = work;
        }

        @Override
        public int compareTo(Event other) {
            return at == other.at ? Integer.compare(order, other.order) : Long.compare(at, other.at);
        }

        @Override
        public void cancel() {
            work = null;
        }
    }

    /** The elapsed time of the world in nanoseconds. */
    long now() {
        return now;
    }

    @Override
    public long monotonicNanos() {
        read();
        return now - stood - (isFrozen() && stands ? now - frozenSince : 0);
    }

    @Override
    public long wallNanos() {
        read();
        return WALL_EPOCH + now + set;
    }

    private void read() {
        if (++clockReads > MAX_CLOCK_READS) {
            clockReads = 0;
            throw new AssertionError("something waits for the clock and blocks its thread");
        }
    }

    /** Freezes the process now. Does nothing if it is already frozen. */
    void freeze(Duration duration, boolean monotonicStands) {
        if (!isFrozen()) {
            frozenSince = now;
            frozenUntil = now + duration.toNanos();
            stands = monotonicStands;
        }
    }

    /** Sets the wall clock. */
    void leap(Duration ahead) {
        set += ahead.toNanos();
    }

    boolean isFrozen() {
        return now < frozenUntil;
    }

    /** Schedules an event in the world, independent of the process. */
    Cancellable world(long delayNanos, Runnable work) {
        return add(now + delayNanos, false, work);
    }

    /** Schedules an event in the process, which happens after the thaw at the earliest. */
    Cancellable process(long delayNanos, Runnable work) {
        return add(now + delayNanos, true, work);
    }

    private Event add(long at, boolean ofProcess, Runnable work) {
        Event event = new Event(at, random.nextInt(), ofProcess, work);
        events.add(event);
        return event;
    }

    /** Schedules work on a worker thread, which is usually free at once. */
    @Override
    public void execute(Runnable work) {
        process(random.nextInt(40) == 0 ? random.nextLong(20 * MILLI) : random.nextLong(MICRO, 300 * MICRO), work);
    }

    @Override
    public Cancellable after(Duration delay, Runnable work) {
        long due = now - stood + Math.max(0, saturated(delay));
        Event timer = new Event(due < 0 ? Long.MAX_VALUE : due, random.nextInt(), true, work);
        timers.add(timer);
        return timer;
    }

    private static long saturated(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    /** Advances the time. */
    void runFor(Duration duration) {
        long end = now + duration.toNanos();
        while (step(end)) {
            clockReads = 0;
        }
        advance(end);
    }

    private boolean step(long end) {
        drop(events);
        drop(timers);
        long nextEvent = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
        long nextTimer = timers.isEmpty() ? Long.MAX_VALUE : timerDue();
        long next = Math.min(nextEvent, nextTimer);
        if (next >= end) {
            return false;
        }
        if (frozenUntil > now && next >= frozenUntil) {
            advance(frozenUntil);
            return true;
        }
        advance(Math.max(now, next));
        if (nextTimer < nextEvent) {
            // The timer's thread has started: a cancel is too late.
            Runnable due = timers.remove().work;
            process(random.nextLong(MILLI), due);
            return true;
        }
        Event event = events.remove();
        if (event.ofProcess && isFrozen()) {
            event.at = frozenUntil + random.nextLong(20 * MILLI);
            events.add(event);
            return true;
        }
        Runnable work = event.work;
        if (event.ofProcess && work != null) {
            count();
        }
        if (work != null) {
            work.run();
        }
        return true;
    }

    /** The world time at which the next timer fires. No timer fires while the process is frozen. */
    private long timerDue() {
        long due = timers.peek().at;
        long at = due == Long.MAX_VALUE ? due : due + stood;
        if (!isFrozen()) {
            return at;
        }
        return Math.max(frozenUntil, stands ? at + frozenUntil - frozenSince : at);
    }

    private void advance(long to) {
        if (frozenUntil > now && to >= frozenUntil && stands) {
            stood += frozenUntil - frozenSince;
            stands = false;
        }
        now = Math.max(now, to);
    }

    private static void drop(PriorityQueue<Event> queue) {
        while (!queue.isEmpty() && queue.peek().work == null) {
            queue.remove();
        }
    }

    private void count() {
        work++;
        if (now / SECOND != second) {
            second = now / SECOND;
            workInSecond = 0;
        }
        maxWorkInSecond = Math.max(maxWorkInSecond, ++workInSecond);
    }

    /** The count of executed events in the process. */
    long work() {
        return work;
    }

    /** The max number of executed events within one second since the last call. */
    int takeMaxWorkInSecond() {
        int max = maxWorkInSecond;
        maxWorkInSecond = 0;
        return max;
    }
}
