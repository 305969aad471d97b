package dev.warmvoice.emulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes wrong next. Thread-safe.
 *
 * <p>
 * There is a queue for handshakes, one for connections and one for tasks, and one for each {@link Fault.Modifier}. A
 * handshake, connection or task takes the head of every queue that concerns it: modifiers combine, failures come one
 * at a time. When a queue is empty what was set by {@link #always} applies, if anything was.
 */
public final class Faults {

    /**
     * A fault that waits.
     *
     * @param fault what goes wrong
     * @param times how often yet; {@link #ALWAYS} is without end
     */
    public record Pending(Fault fault, int times) {

        /** Without end. */
        public static final int ALWAYS = -1;
    }

    private final Map<Class<?>, Deque<Pending>> queues = new LinkedHashMap<>();
    private final Map<Class<?>, Fault> standing = new LinkedHashMap<>();

    /** Lets the next connection or task, whichever the fault concerns, go wrong. */
    public void next(Fault fault) {
        next(fault, 1);
    }

    /** Lets the next few connections or tasks go wrong. */
    public synchronized void next(Fault fault, int times) {
        if (times < 1) {
            throw new IllegalArgumentException("times must be 1 or more");
        }
        queues.computeIfAbsent(slot(fault), s -> new ArrayDeque<>()).add(new Pending(fault, times));
    }

    /** Applies a fault to everything from now on. Replaces the one set before. */
    public synchronized void always(Fault fault) {
        standing.put(slot(fault), fault);
    }

    /** Forgets all that is pending; what has begun goes on. */
    public synchronized void clear() {
        queues.clear();
        standing.clear();
    }

    /** @return what is still to come */
    public synchronized List<Pending> pending() {
        var pending = new ArrayList<Pending>();
        queues.values().forEach(pending::addAll);
        standing.values().forEach(fault -> pending.add(new Pending(fault, Pending.ALWAYS)));
        return pending;
    }

    /**
     * @param slot {@link Fault.OfHandshake}, {@link Fault.OfConnection}, {@link Fault.OfTask} or one of the modifiers
     *
     * @return what goes wrong, or null
     */
    synchronized <T extends Fault> T take(Class<T> slot) {
        Deque<Pending> queue = queues.get(slot);
        if (queue == null || queue.isEmpty()) {
            return slot.cast(standing.get(slot));
        }
        Pending head = queue.poll();
        if (head.times() > 1) {
            queue.addFirst(new Pending(head.fault(), head.times() - 1));
        }
        return slot.cast(head.fault());
    }

    private static Class<?> slot(Fault fault) {
        if (fault instanceof Fault.OfHandshake) {
            return Fault.OfHandshake.class;
        }
        if (fault instanceof Fault.OfConnection) {
            return Fault.OfConnection.class;
        }
        return fault instanceof Fault.OfTask ? Fault.OfTask.class : fault.getClass();
    }
}
