package dev.warmvoice.pool;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.jboss.logging.Logger;

/**
 * Opens connections that nobody waits for yet: the first ones, and one for each that is gone. Thread-safe, does not
 * block.
 */
final class Replenisher {

    private static final Logger LOG = Logger.getLogger(Replenisher.class);

    private final GenericObjectPool<Slot> slots;
    private final Opener opener;
    private final ScheduledExecutorService workers;
    private final int atATime;
    private final int most;
    private final long beginNanos = System.nanoTime();
    private int wanted;
    private int underWay;
    private Future<?> later;
    private volatile boolean running;
    private volatile boolean warm;

    Replenisher(GenericObjectPool<Slot> slots, Opener opener, PoolConfig config, ScheduledExecutorService workers) {
        this.slots = slots;
        this.opener = opener;
        this.workers = workers;
        this.atATime = config.opening();
        this.most = config.size();
        this.wanted = Math.min(config.prefetch(), config.size());
    }

    /** Begins with the first connections, or goes on after {@link #stop}. Idempotent. */
    synchronized void start() {
        running = true;
        warm |= wanted == 0;
        replenish();
    }

    /** Opens nothing more, until the next {@link #start}. Idempotent. */
    synchronized void stop() {
        running = false;
        if (later != null) {
            later.cancel(false);
            later = null;
        }
    }

    /** Whether it opens anything. */
    boolean isRunning() {
        return running;
    }

    /**
     * Waits until no connection is missing, or until it is clear that this takes too long.
     *
     * @return whether none is missing
     */
    synchronized boolean awaitContent(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!isContent()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || opener.backOff().toNanos() > left) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Whether the first connections have been opened. */
    boolean isWarm() {
        return warm;
    }

    /** Whether none is missing. */
    synchronized boolean isContent() {
        return total() >= wanted;
    }

    /** Begins to open what is missing, as fast as the opener lets it. */
    synchronized void replenish() {
        // What requests have opened for themselves is kept as well. A slot that comes back while they are counted is
        // counted twice, hence the limit.
        wanted = Math.min(most, Math.max(wanted, total()));
        if (!running) {
            return;
        }
        Duration backOff = opener.backOff();
        if (backOff.toNanos() > 0) {
            retryAfter(backOff);
            return;
        }
        while (underWay < atATime && total() + underWay < wanted) {
            workers.execute(this::openOne);
            underWay++;
        }
        if (!warm && total() >= wanted) {
            warm = true;
            LOG.infof("%d connections are open after %d ms", total(), (System.nanoTime() - beginNanos) / 1_000_000);
        }
    }

    private int total() {
        return slots.getNumActive() + slots.getNumIdle();
    }

    private void openOne() {
        try {
            slots.addObject();
            if (!running) {
                // Too late: it was stopped meanwhile.
                slots.clear();
            }
        } catch (Exception e) {
            // The opener has said why, and for how long it is to be left alone.
            LOG.debugf("Nothing opened ahead: %s", e.getMessage());
        }
        synchronized (this) {
            underWay--;
            replenish();
            notifyAll();
        }
    }

    private void retryAfter(Duration backOff) {
        if (later == null) {
            later = workers.schedule(this::retry, backOff.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void retry() {
        later = null;
        replenish();
    }
}
