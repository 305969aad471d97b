package dev.warmvoice.pool;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.pool.ConnectionOpener.Handshake;
import dev.warmvoice.pool.LeaseRequest.Wanted;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Matches requests that have a permit with connections: idle ones, returned ones, and those that are opened for them or
 * in advance. A request takes whichever comes first. Thread-safe, does not block.
 */
final class ConnectionSupply implements ConnectionOpener.Outcome {

    private static final Logger LOG = Logger.getLogger(ConnectionSupply.class);

    private final ConnectionOpener opener;
    private final Freshness freshness;
    private final KeepAlive keepAlive;
    private final PoolMetrics metrics;
    private final Timers timers;
    private final int size;
    private final int maxHandshakes;
    // Guarded by this, like everything below.
    private final IdleConnections connections = new IdleConnections();
    private final IdlePolicy policy;
    private final Deque<Demand> demands = new ArrayDeque<>();
    private final List<Handshake> handshakes = new ArrayList<>();
    private final List<AwaitingFull> awaitingFull = new ArrayList<>();
    private Mode mode = Mode.DRAINED;
    private boolean prefetched;
    /** The number of connections to keep. */
    private int target;
    /** The number of lent connections whose task is being stopped. */
    private int stopping;
    private long sequence;
    private @Nullable Cancellable backingOff;

    private enum Mode {
        /** Keeps no connection and opens none, until a request comes. */
        DRAINED,
        /** Keeps connections ready. */
        READY,
        /** Drained for good. */
        CLOSED
    }

    ConnectionSupply(PoolConfig config, ConnectionOpener opener, Freshness freshness, KeepAlive keepAlive,
            PoolMetrics metrics, Timers timers) {
        this.opener = opener;
        this.freshness = freshness;
        this.keepAlive = keepAlive;
        this.policy = new IdlePolicy(freshness, keepAlive, opener);
        this.metrics = metrics;
        this.timers = timers;
        this.size = config.size();
        this.maxHandshakes = config.opening();
        this.target = config.prefetch().orElse(config.size());
    }

    /** Opens connections ahead from now on, also after {@link #drain}. Idempotent. */
    void start() {
        synchronized (this) {
            if (mode != Mode.CLOSED) {
                mode = Mode.READY;
                prefetched |= target == 0;
            }
        }
        match();
    }

    /** Closes all idle connections and every other one when its task ends; opens none until {@link #start}, or a request. */
    void drain() {
        end(Mode.DRAINED);
    }

    /** The same, for good. */
    void close() {
        end(Mode.CLOSED);
    }

    private void end(Mode last) {
        List<Handshake> unwanted;
        List<LeaseRequest> abandoned;
        synchronized (this) {
            if (mode == Mode.CLOSED) {
                return;
            }
            mode = last;
            clear();
            abandoned = last == Mode.CLOSED ? demands.stream().map(Demand::request).toList() : List.of();
            demands.removeIf(demand -> abandoned.contains(demand.request));
            unwanted = unneeded();
        }
        unwanted.forEach(Handshake::cancel);
        abandoned.forEach(request -> request.fail(closedPool()));
    }

    private static TaskFailedException closedPool() {
        return new TaskFailedException(Reason.CANCELLED, "The pool is closed.");
    }

    private void clear() {
        connections.clear();
        policy.forgetAll();
    }

    /**
     * A request needs a connection. It is served or failed once, perhaps before this method returns; if it was cancelled
     * before, nothing happens.
     */
    void demand(LeaseRequest request) {
        List<Runnable> actions;
        synchronized (this) {
            // A cancelled one may have been forgotten already.
            if (request.isOver()) {
                return;
            }
            if (mode == Mode.CLOSED) {
                actions = List.of(() -> request.fail(closedPool()));
            } else {
                mode = Mode.READY;
                demands.add(new Demand(request, request.since().orElseGet(() -> sequence++)));
                actions = matched(false);
            }
        }
        actions.forEach(Runnable::run);
    }

    /** A number between those of earlier and of later handshakes. */
    synchronized long mark() {
        return sequence++;
    }

    /** The request is no longer wanted, and neither is the handshake that was begun for it, if the pool has no use for it. */
    void forget(LeaseRequest request) {
        Optional<Handshake> unwanted = Optional.empty();
        synchronized (this) {
            if (demands.removeIf(demand -> demand.request == request) && lasting() + handshakes.size() > target) {
                unwanted = unneeded().stream().reduce((older, latest) -> latest);
            }
        }
        unwanted.ifPresent(Handshake::cancel);
    }

    /** A task has finished on a lent connection. */
    void finished(PooledConnection connection, long now) {
        connection.used(now);
        opener.proven();
        giveBack(connection);
    }

    /** A lent connection comes back. */
    void giveBack(PooledConnection connection) {
        List<Runnable> actions;
        synchronized (this) {
            connections.giveBack(connection);
            if (mode != Mode.READY) {
                clear();
            }
            discardSurplus();
            actions = matched(false);
        }
        actions.forEach(Runnable::run);
    }

    /** Counts a lent connection whose task is being stopped (1), or no longer is (-1). */
    synchronized void stopping(int change) {
        stopping += change;
    }

    /** Closes and forgets a lent connection. */
    void discard(PooledConnection connection, String reason) {
        if (!connection.connection().isOpen()) {
            policy.closed(connection);
        }
        // Outside the lock: a task that still runs reports its end within this call.
        connection.connection().cancel();
        metrics.discarded(reason);
        synchronized (this) {
            connections.discard(connection);
        }
        match();
    }

    /** Closes idle connections that are of no use, pings those that may be, and opens what is missing. */
    void maintain() {
        List<PooledConnection> toPing = new ArrayList<>();
        int discarded;
        synchronized (this) {
            discarded = connections.discardIdle(idle -> {
                if (policy.unusable(idle).map(this::count).isPresent()) {
                    return true;
                }
                if (policy.isToBePinged(idle)) {
                    toPing.add(idle);
                }
                return false;
            });
            policy.chooseProbe(connections);
        }
        if (discarded > 1) {
            LOG.infof("%d idle connections%s were closed or silent", discarded, metrics.label());
        }
        toPing.forEach(this::ping);
        match();
    }

    private void ping(PooledConnection idle) {
        keepAlive.ping(idle, () -> {
            synchronized (this) {
                keepAlive.answered(idle);
            }
            match();
        });
    }

    private String count(String reason) {
        metrics.discarded(reason);
        return reason;
    }

    @Override
    public void opened(Handshake handshake, PooledConnection connection) {
        Optional<Demand> served;
        synchronized (this) {
            handshakes.remove(handshake);
            // After a suspension during the handshake the answer may be old.
            boolean isProven = freshness.isProven(connection);
            boolean isExpired = freshness.isExpired(connection);
            served = isExpired
                    ? Optional.empty()
                    : demands.stream()
                            .filter(demand -> demand.accepts(handshake) && (isProven || demand.takesDoubt()))
                            .findFirst();
            if (served.isPresent()) {
                demands.remove(served.get());
                connections.add(connection);
                connections.borrow();
                countOverflow();
            } else if (mode == Mode.READY && !isExpired) {
                connections.add(connection);
                discardSurplus();
            } else {
                connection.connection().cancel();
            }
        }
        served.ifPresent(demand -> serve(demand, connection, false));
        match();
    }

    @Override
    public void failed(Handshake handshake, TaskFailedException failure) {
        Optional<Demand> failed;
        synchronized (this) {
            handshakes.remove(handshake);
            // Later requests get their own handshake, unless the failure is known to last.
            failed = failure.reason() == Reason.CANCELLED
                    ? Optional.empty()
                    : demands.stream().filter(demand -> demand.number < handshake.number()).findFirst();
            failed.ifPresent(demands::remove);
        }
        failed.ifPresent(demand -> demand.request.fail(failure));
        match();
    }

    private void countOverflow() {
        if (connections.lent() > size) {
            metrics.overflowed();
        }
    }

    private void serve(Demand demand, PooledConnection connection, boolean warm) {
        if (!demand.request.serve(connection, warm)) {
            giveBack(connection);
        }
    }

    /** Brings requests and connections together, opens what is missing and replaces what is due. */
    private void match() {
        List<Runnable> actions;
        synchronized (this) {
            actions = matched(true);
        }
        actions.forEach(Runnable::run);
    }

    /**
     * The same, with the lock held.
     *
     * @param replaces whether to look for connections that are due: not for each request, since every idle one is looked at
     * @return what to do without the lock
     */
    private List<Runnable> matched(boolean replaces) {
        List<Runnable> actions = new ArrayList<>();
        serveFromIdle(actions);
        openMissing(actions, replaces);
        reportFull(actions);
        return actions;
    }

    private void serveFromIdle(List<Runnable> actions) {
        boolean someProven = true;
        for (Iterator<Demand> each = demands.iterator(); each.hasNext() && connections.idle() > 0;) {
            Demand demand = each.next();
            if (demand.takesDoubt() || (demand.wantsProven() && someProven)) {
                Optional<PooledConnection> usable = takeUsable(demand.takesDoubt());
                if (usable.isPresent()) {
                    each.remove();
                    actions.add(() -> serve(demand, usable.get(), true));
                } else {
                    // So that the other requests that wait for a proven one do not search again.
                    someProven = false;
                }
            }
        }
    }

    /** Lends the youngest connection that is not in doubt; if there is none, and that will do, the youngest. */
    private Optional<PooledConnection> takeUsable(boolean takesDoubt) {
        Deque<PooledConnection> inDoubt = new ArrayDeque<>();
        Optional<PooledConnection> found = takeProven(inDoubt);
        if (found.isEmpty() && takesDoubt) {
            found = Optional.ofNullable(inDoubt.poll());
        }
        // The youngest last, so that it is the next to be lent.
        while (!inDoubt.isEmpty()) {
            connections.giveBack(inDoubt.removeLast());
        }
        found.ifPresent(lent -> {
            policy.forget(lent);
            countOverflow();
        });
        return found;
    }

    /** @param inDoubt receives those that were passed over, the youngest first; they are lent */
    private Optional<PooledConnection> takeProven(Deque<PooledConnection> inDoubt) {
        for (Optional<PooledConnection> next = connections.borrow(); next.isPresent(); next = connections.borrow()) {
            PooledConnection connection = next.get();
            if (policy.unusableForRequest(connection).map(this::count).isPresent()) {
                connections.discard(connection);
            } else if (freshness.isProven(connection)) {
                return next;
            } else {
                inDoubt.add(connection);
            }
        }
        return Optional.empty();
    }

    private void openMissing(List<Runnable> actions, boolean replaces) {
        List<Demand> unserved = unserved();
        Optional<TaskFailedException> known = unserved.isEmpty() ? Optional.empty() : opener.knownFailure();
        int open;
        if (known.isPresent()) {
            demands.removeAll(unserved);
            unserved.forEach(demand -> actions.add(() -> demand.request.fail(known.get())));
            open = ahead(replaces);
        } else {
            open = Math.max(unserved.size(), ahead(replaces));
        }
        for (; open > 0 && handshakes.size() < maxHandshakes; open--) {
            Handshake next = opener.handshake(sequence++);
            handshakes.add(next);
            actions.add(() -> next.begin(this));
        }
    }

    /** The handshakes under way that no request waits for. */
    private List<Handshake> unneeded() {
        List<Handshake> free = new ArrayList<>(handshakes);
        demands.forEach(demand -> free.stream().filter(demand::accepts).findFirst().ifPresent(free::remove));
        return free;
    }

    /** The requests that no handshake under way will serve. */
    private List<Demand> unserved() {
        if (demands.isEmpty()) {
            return List.of();
        }
        List<Handshake> free = new ArrayList<>(handshakes);
        List<Demand> unserved = new ArrayList<>();
        for (Demand demand : demands) {
            Optional<Handshake> serves = free.stream().filter(demand::accepts).findFirst();
            serves.ifPresentOrElse(free::remove, () -> unserved.add(demand));
        }
        return unserved;
    }

    /** How many connections to open that no request waits for. */
    private int ahead(boolean replaces) {
        if (mode != Mode.READY) {
            return 0;
        }
        int missing = target - lasting() - handshakes.size();
        if (missing <= 0 && replaces) {
            // One at a time, connections that are due together would become stale before their turn.
            missing = connections.countIdle(policy::isToBeReplaced) - handshakes.size();
        }
        Duration backOff = missing > 0 ? opener.backOff() : Duration.ZERO;
        if (backOff.isNegative() || backOff.isZero()) {
            return missing;
        }
        if (backingOff == null) {
            backingOff = timers.after(backOff, this::backedOff);
        }
        return 0;
    }

    /**
     * Closes one connection if there are too many: one that is due for replacement, else the longest unused. A connection
     * whose task is being stopped does not count, since it may not come back.
     */
    private void discardSurplus() {
        int certain = lasting() - stopping;
        if (certain > target && !discardOldest("key", policy::hasOldKey)
                && !discardOldest("aged", policy::isToBeReplaced) && certain > size) {
            discardOldest("surplus", idle -> true);
        }
        target = Math.min(size, Math.max(target, total()));
        if (!prefetched && total() >= target) {
            prefetched = true;
            LOG.infof("%d connections%s are open", total(), metrics.label());
        }
    }

    private boolean discardOldest(String reason, Predicate<PooledConnection> which) {
        Optional<PooledConnection> oldest = connections.firstIdle(which);
        oldest.ifPresent(discarded -> {
            policy.forget(discarded);
            connections.discardIdle(idle -> idle == discarded);
            metrics.discarded(reason);
        });
        return oldest.isPresent();
    }

    private void backedOff() {
        synchronized (this) {
            backingOff = null;
        }
        match();
    }

    /**
     * Waits until no connection is missing.
     *
     * @param maxWait how long to wait; shorter if it is clear that it will take longer
     * @return whether none is missing
     */
    CompletionStage<Boolean> awaitFull(Duration maxWait) {
        AwaitingFull waiting = new AwaitingFull(new CompletableFuture<>(), maxWait);
        Cancellable late = timers.after(maxWait, () -> waiting.full.complete(false));
        waiting.full.thenRun(late::cancel);
        synchronized (this) {
            awaitingFull.add(waiting);
        }
        match();
        return waiting.full;
    }

    private void reportFull(List<Runnable> actions) {
        for (Iterator<AwaitingFull> each = awaitingFull.iterator(); each.hasNext();) {
            AwaitingFull waiting = each.next();
            boolean full = total() >= target;
            if (full || waiting.full.isDone() || opener.backOff().compareTo(waiting.maxWait) > 0) {
                each.remove();
                actions.add(() -> waiting.full.complete(full));
            }
        }
    }

    private int total() {
        return connections.idle() + connections.lent();
    }

    /** All but the lent connections of an old key: each is closed when it comes back, if its successor is open. */
    private int lasting() {
        return total() - connections.countLent(policy::hasOldKey);
    }

    synchronized int idle() {
        return connections.idle();
    }

    synchronized int lent() {
        return connections.lent();
    }

    synchronized int opening() {
        return handshakes.size();
    }

    /** Whether the first connections have been opened. */
    synchronized boolean isPrefetched() {
        return prefetched;
    }

    private record Demand(LeaseRequest request, long number) {

        boolean accepts(Handshake handshake) {
            return request.wanted() != Wanted.NEW || handshake.number() > number;
        }

        boolean wantsProven() {
            return request.wanted() == Wanted.PROVEN;
        }

        boolean takesDoubt() {
            return request.wanted() == Wanted.ANY;
        }
    }

    private record AwaitingFull(CompletableFuture<Boolean> full, Duration maxWait) {
    }
}
