package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connector;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * The connections of this process, opened before they are needed. A request first waits for a permit
 * ({@link Admission}), then for a connection ({@link ConnectionSupply}). Thread-safe, does not block.
 */
public final class ConnectionPool implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ConnectionPool.class);

    private final PoolConfig config;
    private final ConnectionOpener opener;
    private final KeepAlive keepAlive;
    private final Freshness freshness;
    private final ConnectionSupply supply;
    private final Admission admission;
    private final Stops stops;
    private final StartTimes startTimes = new StartTimes();
    private final PoolMetrics metrics;
    private final Heartbeat heartbeat;
    private final Timers timers;
    private final AtomicInteger rests = new AtomicInteger();
    private final AtomicInteger races = new AtomicInteger();

    /**
     * @param connectTimeout bound on a handshake
     * @param workers where work runs that is due later
     * @param random varies when connections are replaced and failed handshakes repeated
     */
    ConnectionPool(PoolConfig config, Duration connectTimeout, Connector connector, PoolMetrics metrics,
            Heartbeat heartbeat, Workers workers, RandomGenerator random) {
        this.config = config;
        this.metrics = metrics;
        this.stops = metrics.stops(heartbeat);
        this.heartbeat = heartbeat;
        this.timers = new Timers(heartbeat, workers);
        this.opener = new ConnectionOpener(connector, connectTimeout, config.unauthorizedRetry(), heartbeat, workers,
                random, metrics);
        this.keepAlive = new KeepAlive(config.pingInterval(), heartbeat);
        this.freshness = new Freshness(heartbeat, config.maxIdle(), keepAlive);
        this.supply = new ConnectionSupply(config, opener, freshness, keepAlive, metrics, timers);
        this.admission = new Admission(config.size() + config.overflow(),
                config.maxWaiting().orElse(4 * config.size()), config.acquireTimeout(), heartbeat, workers);
        // On another thread: the one that notices may hold a lock of the pool.
        heartbeat.onSuspension(suspended -> {
            int restsBefore = rests.get();
            workers.after(Duration.ZERO, () -> resumed(suspended, restsBefore));
        });
        metrics.observe(this);
    }

    /** Opens the first connections in the background and keeps as many open from then on. */
    void start() {
        supply.start();
    }

    /**
     * Opens what is missing; also after a {@link #rest}.
     *
     * @param maxWait how long that may take
     * @return whether there are as many connections as there should be; false as soon as it is clear that it will take
     *         longer
     */
    public CompletionStage<Boolean> open(Duration maxWait) {
        supply.start();
        return supply.awaitFull(maxWait);
    }

    /**
     * Closes all idle connections, and every other when its task ends. Nothing is opened until the next request,
     * {@link #open} or thaw.
     *
     * @param maxWait how long to wait for the running tasks; they go on after it
     * @return whether no task runs any more
     */
    public CompletionStage<Boolean> rest(Duration maxWait) {
        // A thaw that is noticed now came before this.
        heartbeat.beat();
        rests.incrementAndGet();
        supply.drain();
        CompletableFuture<Boolean> quiet = new CompletableFuture<>();
        Workers.Cancellable late = timers.after(maxWait, () -> quiet.complete(false));
        admission.none().thenRun(() -> quiet.complete(true));
        return quiet.whenComplete((none, failure) -> late.cancel());
    }

    /** Whether a request would have a place and a connection at once. */
    public boolean isReady() {
        return idle() > 0 && admission.isFree();
    }

    /** Whether there is no connection, and the latest handshake has failed. */
    public boolean isDown() {
        return active() + idle() == 0 && lastFailure().isPresent();
    }

    /** A request for a connection, not begun yet. */
    public LeaseRequest request(LeaseListener listener) {
        return new LeaseRequest(this, admission, listener);
    }

    void connect(LeaseRequest request) {
        supply.demand(request);
    }

    long mark() {
        return supply.mark();
    }

    void forget(LeaseRequest request) {
        supply.forget(request);
    }

    void finished(PooledConnection connection) {
        supply.finished(connection, heartbeat.beat());
    }

    void unused(PooledConnection connection) {
        supply.giveBack(connection);
    }

    void discard(PooledConnection connection, String reason) {
        supply.discard(connection, reason);
    }

    void acquired(Duration after) {
        metrics.acquired(after);
    }

    boolean isProven(PooledConnection connection) {
        return freshness.isProven(connection);
    }

    Stops stops() {
        return stops;
    }

    void stopping() {
        supply.stopping(1);
    }

    void stopped() {
        supply.stopping(-1);
    }

    Workers.Cancellable afterStopLimit(Runnable late) {
        return timers.after(Stops.LIMIT, late);
    }

    /** The service has started a task. */
    public void started(Duration after) {
        startTimes.add(after);
    }

    /** How long to wait for a task to start before another connection is opened beside its own. */
    public Duration patience() {
        return startTimes.patience();
    }

    /**
     * Asks to open a connection for a request that has one which may not be good. There are as many such requests at a
     * time as there may be handshakes.
     *
     * @return whether it may; then {@link #raceOver} is to be called once
     */
    public boolean tryRace() {
        if (races.incrementAndGet() <= config.opening()) {
            return true;
        }
        races.decrementAndGet();
        return false;
    }

    /**
     * A race is over.
     *
     * @param winner {@code first}, {@code second} or {@code none}
     * @param elapsed since the first task was submitted
     */
    public void raceOver(String winner, Duration elapsed) {
        races.decrementAndGet();
        metrics.raced(winner);
        if (winner.equals("first")) {
            metrics.saved(opener.lastHandshake().minus(elapsed));
        }
    }

    /**
     * A task on a warm connection was not even answered. Whatever in between has silently dropped that connection may have
     * dropped the others: those that nothing proved meanwhile are in doubt, and replaced in the background.
     *
     * @param waited how long the task was not answered
     */
    public void unanswered(Duration waited) {
        freshness.distrustUnusedSince(waited);
        supply.maintain();
    }

    /** The account's key has been replaced: so are the connections of the old one, and a refusal of it is over. */
    void keyChanged() {
        opener.keyChanged();
        supply.maintain();
    }

    /** Updates the heartbeat, and replaces broken and old connections. To be called a few times a second. */
    void maintain() {
        try {
            heartbeat.beat();
            supply.maintain();
        } catch (RuntimeException e) {
            // If it were thrown, the heartbeat would end, and every later request would look like a thaw.
            LOG.error("Pool maintenance failed", e);
        }
    }

    private void resumed(Duration suspended, int restsBefore) {
        if (metrics.suspended()) {
            LOG.infof("The process was suspended for %.1f s: idle connections are in doubt until the service answers on"
                    + " them", suspended.toNanos() / 1e9);
        }
        if (rests.get() == restsBefore) {
            supply.start();
            supply.maintain();
        }
    }

    KeepAlive.Prolongs pingsProlong() {
        return keepAlive.prolongs();
    }

    /** The number of running tasks. */
    int active() {
        return supply.lent();
    }

    int idle() {
        return supply.idle();
    }

    int opening() {
        return supply.opening();
    }

    /** How many requests may open a second connection beside their first. */
    int races() {
        return races.get();
    }

    /** How many requests wait for a place. */
    public int waiting() {
        return admission.waiting();
    }

    int size() {
        return config.size();
    }

    /** Why the latest handshake failed; empty if it succeeded. */
    public Optional<TaskFailedException> lastFailure() {
        return opener.lastFailure();
    }

    /** Whether the first connections have been opened. */
    boolean isPrefetched() {
        return supply.isPrefetched();
    }

    /** Ends handshakes under way, closes all idle connections, and every other when its task ends. */
    @Override
    public void close() {
        supply.close();
    }
}
