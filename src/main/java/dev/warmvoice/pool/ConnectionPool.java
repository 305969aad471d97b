package dev.warmvoice.pool;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jboss.logging.Logger;

/**
 * The connections of this process, open before they are asked for. Thread-safe; {@link #borrow} blocks, nothing else
 * does.
 *
 * <p>
 * commons-pool keeps the slots and their number; who may ask for one is decided before, in {@link Admission}, so that
 * nobody queues inside of it. It destroys nothing of its own accord: what is too old or broken is taken out here, and
 * replaced by {@link Replenisher}.
 */
public final class ConnectionPool implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ConnectionPool.class);
    /**
     * How long the reader threads get after a suspension to hear of what ended meanwhile; measured, they need up to
     * 20 ms.
     */
    private static final Duration SETTLE = Duration.ofMillis(25);

    private final PoolConfig config;
    private final Opener opener;
    private final Admission admission;
    private final TaskRate rate;
    private final PoolMetrics metrics;
    private final Heartbeat heartbeat;
    private final GenericObjectPool<Slot> slots;
    private final Replenisher replenisher;
    private final ScheduledExecutorService workers;
    private final long maxIdleNanos;
    /** What nothing came over since then may be dead; in terms of {@link Heartbeat#beat}. */
    private volatile long trustedSince = Long.MIN_VALUE;

    /**
     * @param workers where sockets are opened and closed that nobody waits for
     */
    ConnectionPool(PoolConfig config, Opener opener, TaskRate rate, PoolMetrics metrics, Clocks clocks,
            ScheduledExecutorService workers) {
        this.config = config;
        this.opener = opener;
        this.rate = rate;
        this.metrics = metrics;
        this.workers = workers;
        this.maxIdleNanos = config.maxIdle().toNanos();
        this.heartbeat = new Heartbeat(clocks, config.suspensionGap(), this::resumed);
        GenericObjectPoolConfig<Slot> settings = new GenericObjectPoolConfig<>();
        settings.setMaxTotal(config.size());
        settings.setMaxIdle(config.size());
        settings.setMaxWait(config.acquireTimeout());
        settings.setNumTestsPerEvictionRun(-1);
        settings.setEvictionPolicy((nothing, pooled, idle) -> isUseless(pooled.getObject()));
        settings.setJmxEnabled(false);
        this.slots = new GenericObjectPool<>(new SlotFactory(), settings);
        this.replenisher = new Replenisher(slots, opener, config, workers);
        this.admission = new Admission(config.size(), config.overflow(), config.maxWaiting().orElse(4 * config.size()),
                config.acquireTimeout(), workers);
        metrics.observe(this);
    }

    /** Opens the first connections in the background and keeps as many open from then on. */
    void start() {
        replenisher.start();
    }

    /**
     * Opens what is missing, and waits for it. Blocks; also wakes a pool that {@linkplain #rest rests}.
     *
     * @param longest how long to wait; not so long where it is clear that it will take longer
     * @return whether there are as many connections as there should be
     */
    public boolean open(Duration longest) throws InterruptedException {
        wake();
        return replenisher.awaitContent(longest);
    }

    /**
     * Lets running tasks end and closes all other connections, until the next request or {@link #open}, or a thaw.
     * Blocks.
     *
     * @param longest how long to wait for the running tasks; they go on after it
     * @return whether no task runs any more
     */
    public boolean rest(Duration longest) throws InterruptedException {
        replenisher.stop();
        slots.clear();
        boolean quiet = admission.awaitNobody(longest);
        if (!replenisher.isRunning()) {
            slots.clear();
        }
        return quiet;
    }

    private void wake() {
        if (!replenisher.isRunning() && !slots.isClosed()) {
            replenisher.start();
        }
    }

    /** Waits for a turn; see {@link Admission#enter}. Wakes a pool that {@linkplain #rest rests}. */
    public Turn enter(Runnable granted, Consumer<PoolExhaustedException> refused) {
        wake();
        return new Turn(admission.enter(granted, refused));
    }

    /** One request's turn: to be followed by {@link #borrow} once it is granted, or by {@link Turn#cancel}. */
    public static final class Turn {

        private final Admission.Ticket ticket;

        private Turn(Admission.Ticket ticket) {
            this.ticket = ticket;
        }

        /** The request is no longer wanted. Does nothing once its turn has come. */
        public void cancel() {
            ticket.cancel();
        }

        /** Its turn has come and is not made use of. */
        public void pass() {
            ticket.leave();
        }
    }

    /**
     * A connection for a request whose turn it is: a warm one if there is one that can be relied on, a new one
     * otherwise. Blocks for a handshake at most, and for {@code acquire-timeout} where others are being opened already.
     *
     * @throws TaskFailedException if there is none to be had; the turn is over then
     */
    public Lease borrow(Turn turn) throws TaskFailedException {
        long begin = System.nanoTime();
        Admission.Ticket ticket = turn.ticket;
        try {
            Slot slot = ticket.isOverflow() ? overflow() : usable(take());
            Duration acquire = ticket.waited();
            metrics.acquired(acquire);
            return new Lease(this, ticket, slot, slot.openedNanos() - begin < 0, acquire);
        } catch (TaskFailedException | RuntimeException | Error e) {
            ticket.leave();
            throw e;
        }
    }

    /**
     * Takes the next moment at which the account's rate lets a task be submitted. Does not block.
     *
     * @param longest how long one is ready to wait for it
     * @return how long to wait
     * @throws PoolExhaustedException if that is too long
     */
    public Duration reserveSubmission(Duration longest) throws PoolExhaustedException {
        Duration wait = rate.reserve(longest.isNegative() ? Duration.ZERO : longest);
        if (wait.isNegative()) {
            throw new PoolExhaustedException("the account's rate of tasks is used up", rate.interval());
        }
        return wait;
    }

    /** How long a request waits at most, for its turn and for the rate together. */
    public Duration acquireTimeout() {
        return config.acquireTimeout();
    }

    private Slot overflow() throws TaskFailedException {
        metrics.overflowed();
        return new Slot(opener);
    }

    private Slot take() throws TaskFailedException {
        try {
            return slots.borrowObject();
        } catch (NoSuchElementException e) {
            throw new TaskFailedException(Reason.UNREACHABLE, "no connection could be opened in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailedException(Reason.CANCELLED, "interrupted while waiting for a connection");
        } catch (TaskFailedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The slot itself if its connection can be relied on, another that can, or this one with a new connection. */
    private Slot usable(Slot first) throws TaskFailedException {
        Slot slot = first;
        while (true) {
            long now = heartbeat.beat();
            boolean stale = isStale(slot, now);
            if (!stale) {
                letReaderCatchUp(slot, now);
                if (slot.connection().isOpen()) {
                    return slot;
                }
            }
            if (stale || slots.getNumIdle() == 0) {
                // The latest used are lent first: if this one is stale, so are all the others.
                if (stale) {
                    workers.execute(this::sweep);
                }
                return renewed(slot, stale ? "stale" : "closed");
            }
            discard(slot, "closed");
            slot = take();
        }
    }

    private Slot renewed(Slot slot, String reason) throws TaskFailedException {
        try {
            metrics.discarded(reason);
            slot.reopen();
            slot.touch(heartbeat.beat());
            return slot;
        } catch (TaskFailedException | RuntimeException | Error e) {
            workers.execute(() -> invalidate(slot));
            throw e;
        }
    }

    /** After a suspension a socket may have been closed without its reader having had the time to notice. */
    private void letReaderCatchUp(Slot slot, long now) {
        long resumed = heartbeat.resumed();
        if (slot.unusedSince() >= resumed) {
            return;
        }
        long settled = resumed + SETTLE.toNanos();
        for (long left = settled - now; left > 0 && slot.connection().isOpen(); left = settled - heartbeat.beat()) {
            LockSupport.parkNanos(left);
        }
    }

    void giveBack(Slot slot, Admission.Ticket ticket) {
        if (ticket.isOverflow()) {
            slot.connection().cancel();
        } else {
            slot.touch(heartbeat.beat());
            slots.returnObject(slot);
        }
        ticket.leave();
    }

    void discard(Slot slot, Admission.Ticket ticket, String reason) {
        if (ticket.isOverflow()) {
            slot.connection().cancel();
            metrics.discarded(reason);
        } else {
            discard(slot, reason);
        }
        ticket.leave();
    }

    private void discard(Slot slot, String reason) {
        slot.connection().cancel();
        metrics.discarded(reason);
        // Not here: with somebody waiting commons-pool opens the successor within this very call.
        workers.execute(() -> invalidate(slot));
    }

    private void invalidate(Slot slot) {
        try {
            slots.invalidateObject(slot, DestroyMode.NORMAL);
        } catch (Exception e) {
            LOG.debugf("No successor yet for a discarded connection: %s", e.getMessage());
        }
        replenisher.replenish();
    }

    void countDiscarded(String reason) {
        metrics.discarded(reason);
    }

    /** The service has refused a task for the account's rate: fewer from now on, for a while. */
    public void throttled() {
        rate.throttled();
    }

    /**
     * A task on a warm connection was not even answered. Whatever in between has silently dropped that connection may have
     * dropped the others, and each would cost a request its start timeout: those that nothing came over meanwhile are
     * replaced.
     *
     * @param silence how long the task was not answered
     */
    public void unanswered(Duration silence) {
        trustedSince = heartbeat.beat() - silence.toNanos();
        workers.execute(this::sweep);
    }

    /** Takes note of the time, and replaces what is broken or about to be too old. To be called all the time. */
    void tend() {
        heartbeat.beat();
        try {
            sweep();
        } catch (RuntimeException e) {
            // Thrown on, it would end the beating, and every request after that would look like a thaw.
            LOG.error("The pool could not be tended", e);
        }
    }

    private void resumed(Duration suspended) {
        metrics.suspended();
        wake();
        LOG.infof("The process was suspended for %.1f s; %s", suspended.toNanos() / 1e9,
                suspended.compareTo(config.maxIdle()) < 0
                        ? "connections that are still open will be used on"
                        : "all idle connections are replaced");
    }

    private void sweep() {
        if (slots.isClosed()) {
            return;
        }
        int before = slots.getNumIdle();
        try {
            slots.evict();
        } catch (Exception e) {
            LOG.warnf("Idle connections could not be looked through: %s", e.getMessage());
        }
        int gone = before - slots.getNumIdle();
        if (gone > 1) {
            LOG.infof("%d idle connections were closed or too old", gone);
        }
        replenisher.replenish();
    }

    private boolean isUseless(Slot slot) {
        long now = heartbeat.beat();
        String reason = null;
        if (!slot.connection().isOpen()) {
            reason = "closed";
        } else if (isStale(slot, now)) {
            reason = "stale";
        } else if (isDue(slot, now) && opener.opening() == 0 && replenisher.isContent()) {
            reason = "aged";
        }
        if (reason != null) {
            metrics.discarded(reason);
        }
        return reason != null;
    }

    private boolean isStale(Slot slot, long now) {
        return slot.isStale(now, maxIdleNanos) || slot.unusedSince() < trustedSince;
    }

    /**
     * A connection that grew old while the process was suspended is not replaced before its time: on a host that wakes
     * it up for each request, that would cost a handshake each time.
     */
    private boolean isDue(Slot slot, long now) {
        return slot.isDue(now, maxIdleNanos) && slot.unusedSince() >= heartbeat.resumed();
    }

    /** How many tasks run on connections of the pool. */
    int active() {
        return slots.getNumActive();
    }

    int idle() {
        return slots.getNumIdle();
    }

    int opening() {
        return opener.opening();
    }

    int waiting() {
        return admission.waiting();
    }

    int size() {
        return config.size();
    }

    Opener opener() {
        return opener;
    }

    /** Whether the first connections have been opened. */
    boolean isWarm() {
        return replenisher.isWarm();
    }

    /** Whether there are as many connections as there should be. */
    boolean isContent() {
        return replenisher.isContent();
    }

    /** Closes all idle connections, and every other when its task ends. */
    @Override
    public void close() {
        replenisher.stop();
        slots.close();
    }

    private final class SlotFactory extends BasePooledObjectFactory<Slot> {

        @Override
        public Slot create() throws TaskFailedException {
            Slot slot = new Slot(opener);
            slot.touch(heartbeat.beat());
            return slot;
        }

        @Override
        public PooledObject<Slot> wrap(Slot slot) {
            return new DefaultPooledObject<>(slot);
        }

        @Override
        public void destroyObject(PooledObject<Slot> pooled) {
            pooled.getObject().connection().cancel();
        }
    }
}
