package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.LeaseListener;
import dev.warmvoice.pool.LeaseRequest;
import dev.warmvoice.pool.PoolExhaustedException;
import dev.warmvoice.pool.rate.Submission;
import dev.warmvoice.pool.upstream.Hop;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a text spoken. It is one task on one connection as long as the service answers. If it may not, because
 * the connection is in doubt or the answer is late, another task is submitted on a second connection: the one that the
 * service starts first gets the text, and the other is stopped. Thread-safe, does not block.
 */
final class Race {

    private final Utterance utterance;
    private final SpeechResources resources;
    private final Hop hop;
    private final ConnectionPool pool;
    private final Lease first;
    // Guarded by this.
    private final List<Attempt> running = new ArrayList<>(2);
    private @Nullable Attempt winner;
    private @Nullable Second second;
    private boolean isRepeat;
    private boolean over;
    private boolean settled;
    private long begun;
    private long submitted;
    private Cancellable patience = Cancellable.NONE;

    /**
     * @param hop where it takes place
     * @param first the connection to begin on
     * @param isRepeat whether another try has failed there
     */
    Race(Utterance utterance, SpeechResources resources, Hop hop, Lease first, boolean isRepeat) {
        this.utterance = utterance;
        this.resources = resources;
        this.hop = hop;
        this.pool = hop.pool();
        this.first = first;
        this.isRepeat = isRepeat;
    }

    Hop hop() {
        return hop;
    }

    /** The connection that it began on. */
    Lease first() {
        return first;
    }

    /** Submits the first task; opens a second connection if the service does not start it in good time. */
    void begin() {
        submit(hop, first);
        if (first.warm() && !isRepeat()) {
            bePatient();
        }
    }

    private void bePatient() {
        Cancellable waiting = new Timers(resources.time(), resources.workers()).after(pool.patience(),
                this::losePatience);
        synchronized (this) {
            patience = waiting;
        }
        if (isDecided()) {
            waiting.cancel();
        }
    }

    /**
     * Submits the first task and opens a second connection at once.
     *
     * @param turn for the second task, granted
     */
    void beginInDoubt(Submission turn) {
        try {
            submit(hop, first);
        } finally {
            // Also takes back the turn, and the place among the races.
            open(new Second(turn));
        }
    }

    private void losePatience() {
        if (isDecided()) {
            return;
        }
        if (pool.tryRace()) {
            open(new Second(utterance.beside(hop).orElse(hop)));
        } else {
            // Others race, each for about as long as a handshake.
            bePatient();
        }
    }

    /** @param opened has a place among the races of the pool */
    private void open(Second opened) {
        LeaseRequest request = null;
        synchronized (this) {
            if (!isDecided()) {
                request = opened.at == hop ? first.beside(opened) : opened.at.pool().request(opened);
                opened.request = request;
                second = opened;
            }
        }
        if (request != null) {
            request.begin();
        } else {
            opened.turn.cancel();
            pool.raceOver("none", Duration.ZERO);
        }
    }

    private void submit(Hop at, Lease lease) {
        Attempt next = new Attempt(utterance, this, at, lease);
        boolean wanted;
        synchronized (this) {
            // Another thread may have decided the race just now, and would not stop this task.
            wanted = !isDecided();
            if (wanted) {
                running.add(next);
                submitted = resources.time().running();
                begun = lease == first ? submitted : begun;
            }
        }
        if (wanted) {
            next.start();
        } else {
            lease.unused();
        }
    }

    /** Whether another try has failed before the task that runs. */
    synchronized boolean isRepeat() {
        return isRepeat;
    }

    /** The task that has the text; empty until the service has started one. */
    synchronized Optional<Attempt> winner() {
        return Optional.ofNullable(winner);
    }

    private synchronized boolean isDecided() {
        return over || winner != null;
    }

    /** Since when the service is expected to start a task; empty while that is not what is waited for. */
    synchronized OptionalLong awaitsStart() {
        return winner != null || isOpening() || running.isEmpty() ? OptionalLong.empty() : OptionalLong.of(submitted);
    }

    /** Whether there may still be a second task. Guarded by this. */
    private boolean isOpening() {
        return second != null && second.isPending();
    }

    /** The service has not started the latest task in time. */
    void startTimedOut() {
        Optional<Attempt> latest;
        synchronized (this) {
            latest = running.isEmpty() ? Optional.empty() : Optional.of(running.get(running.size() - 1));
        }
        latest.ifPresent(Attempt::startTimedOut);
    }

    /**
     * The service has started a task.
     *
     * @return whether it gets the text; otherwise it is to be stopped
     */
    boolean started(Attempt task) {
        List<Attempt> losers;
        Duration taken;
        synchronized (this) {
            if (isDecided()) {
                return false;
            }
            winner = task;
            running.remove(task);
            losers = List.copyOf(running);
            running.clear();
            taken = since(task.lease() == first ? begun : submitted);
        }
        task.hop().pool().started(taken);
        settle(task.lease() == first ? "first" : "second");
        if (task.hop() != hop) {
            utterance.overtaken(hop);
        }
        losers.forEach(this::lose);
        return true;
    }

    private void lose(Attempt loser) {
        if (loser.lease() == first) {
            pool.unanswered(since(begun));
        }
        loser.stop("lost");
    }

    private Duration since(long then) {
        return Duration.ofNanos(resources.time().running() - then);
    }

    /** A task has failed. */
    void failed(Attempt task, TaskFailedException why) {
        boolean goesOn;
        boolean repeat;
        synchronized (this) {
            boolean contends = running.remove(task);
            boolean others = !running.isEmpty() || isOpening();
            boolean isLoser = !contends && winner != task;
            goesOn = over || isLoser || (contends && others && why.reason().isRetryable());
            repeat = isRepeat;
            isRepeat |= contends;
            over |= !goesOn;
        }
        if (goesOn) {
            task.lease().discard(Attempt.reason(why));
        } else {
            end("failed", true);
            utterance.attemptFailed(task, why, repeat);
        }
    }

    /**
     * The end, from outside. What runs is stopped.
     *
     * @param isServiceFine whether the service may be asked to stop its task; otherwise the sockets are closed
     */
    void release(String reason, boolean isServiceFine) {
        synchronized (this) {
            over = true;
        }
        end(reason, isServiceFine);
        winner().ifPresent(task -> stop(task, reason, isServiceFine));
    }

    private void end(String reason, boolean isServiceFine) {
        List<Attempt> rest;
        synchronized (this) {
            rest = List.copyOf(running);
            running.clear();
        }
        if (winner().isEmpty()) {
            settle("none");
        }
        rest.forEach(task -> stop(task, reason, isServiceFine));
    }

    private static void stop(Attempt task, String reason, boolean isServiceFine) {
        if (isServiceFine) {
            task.stop(reason);
        } else {
            task.lease().discard(reason);
        }
    }

    /** Nothing is left to decide. */
    private void settle(String result) {
        Second last;
        long since;
        synchronized (this) {
            if (settled) {
                return;
            }
            settled = true;
            patience.cancel();
            last = second;
            since = begun;
        }
        if (last != null) {
            last.giveUp();
            utterance.raced(since);
            pool.raceOver(result, since(since));
        }
    }

    /** The second connection, on its way to a task. */
    private final class Second implements LeaseListener {

        private final Hop at;
        private final Submission turn;
        private final boolean hasTurn;
        // Guarded by Race.this.
        private @Nullable LeaseRequest request;
        private @Nullable Lease lease;
        private boolean pending = true;

        Second(Submission granted) {
            at = hop;
            turn = granted;
            hasTurn = true;
        }

        Second(Hop at) {
            this.at = at;
            turn = at.rate().submission(at.model(), this::run,
                    why -> withdraw(() -> utterance.raceRefused(Race.this, SpeechException.later(Kind.THROTTLED,
                            why.getMessage(), why.retryAfter()))));
            hasTurn = false;
        }

        /** Whether there may still be a task. Guarded by Race.this. */
        boolean isPending() {
            return pending;
        }

        @Override
        public void leased(Lease opened) {
            boolean wanted;
            synchronized (Race.this) {
                wanted = pending && !isDecided();
                if (wanted) {
                    lease = opened;
                }
            }
            if (!wanted) {
                opened.unused();
            } else if (hasTurn) {
                run();
            } else {
                turn.request(at.rate().maxWait());
            }
        }

        private void run() {
            Lease mine;
            synchronized (Race.this) {
                if (!pending || isDecided()) {
                    return;
                }
                pending = false;
                mine = Objects.requireNonNull(lease, "a turn is asked for once there is a connection");
            }
            turn.used();
            submit(at, mine);
        }

        @Override
        public void refused(PoolExhaustedException why) {
            withdraw(() -> utterance.raceRefused(Race.this,
                    SpeechException.later(Kind.BUSY, why.getMessage(), why.retryAfter())));
        }

        @Override
        public void failed(TaskFailedException why) {
            withdraw(() -> utterance.raceFailed(Race.this, why));
        }

        /** There is no second task. Matters only if there is no first one either. */
        private void withdraw(Runnable report) {
            if (withdraw()) {
                report.run();
            }
        }

        /** Gives back what no task was submitted with. */
        void giveUp() {
            withdraw();
        }

        /** @return whether no task is left, nor will there be one */
        private boolean withdraw() {
            boolean last;
            LeaseRequest asked;
            Lease unused;
            synchronized (Race.this) {
                if (!pending) {
                    return false;
                }
                // In one step with the decision: a first task that fails meanwhile must know whether it was the last.
                pending = false;
                last = !isDecided() && running.isEmpty();
                asked = request;
                unused = lease;
            }
            if (asked != null) {
                asked.cancel();
            }
            turn.cancel();
            if (unused != null) {
                unused.unused();
            }
            return last;
        }
    }
}
