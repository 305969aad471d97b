package dev.warmvoice.pool;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long the service took of late to start a task, and from that, how long to wait before a connection is suspected to
 * be dead. Thread-safe.
 */
final class StartTimes {

    private static final int KEPT = 32;
    /** The first tasks of a process are slow for reasons of its own. */
    private static final int ENOUGH = 5;
    /** The answer takes one round trip. Sooner than this a second connection would mostly meet a pause of the machine. */
    private static final Duration MIN_PATIENCE = Duration.ofMillis(50);
    private static final Duration MAX_PATIENCE = Duration.ofSeconds(1);

    // Guarded by this.
    private final long[] latest = new long[KEPT];
    private int count;

    synchronized void add(Duration taken) {
        latest[count++ % KEPT] = taken.toNanos();
    }

    /**
     * One and a half times what nine in ten of the latest {@value #KEPT} kept to, within bounds: the slowest few do not
     * count, since one pause of the machine would otherwise make the next dead connection cost as much.
     */
    synchronized Duration patience() {
        if (count < ENOUGH) {
            return MAX_PATIENCE;
        }
        long[] sorted = Arrays.copyOf(latest, Math.min(count, KEPT));
        Arrays.sort(sorted);
        return clamp(Duration.ofNanos(sorted[(sorted.length - 1) * 9 / 10] * 3 / 2));
    }

    private static Duration clamp(Duration patience) {
        if (patience.compareTo(MIN_PATIENCE) < 0) {
            return MIN_PATIENCE;
        }
        return patience.compareTo(MAX_PATIENCE) > 0 ? MAX_PATIENCE : patience;
    }
}
