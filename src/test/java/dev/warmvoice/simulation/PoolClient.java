package dev.warmvoice.simulation;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.TaskSpecs;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.LeaseListener;
import dev.warmvoice.pool.LeaseRequest;
import dev.warmvoice.pool.PoolExhaustedException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** A direct client of the pool, which sees exactly when each connection is lent. */
final class PoolClient implements LeaseListener {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final Simulation run;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Laws laws;
    private final Request request;
    private LeaseRequest waiting;
    private Lease lease;
    private int outcomes;
    private boolean cancelled;
    private boolean over;
    private boolean replaced;
    private boolean mayReplace;
    private long askedAt;
    private boolean holds;
    private boolean early;
    private Runnable onLeased;

    PoolClient(Simulation run, int number) {
        this.run = run;
        this.time = run.time;
        this.random = run.random;
        this.laws = run.laws;
        this.request = new Request(number, laws, time, run.settings, false);
        this.mayReplace = random.nextInt(3) == 0;
    }

    /** Borrows a connection and keeps it until {@link #letGo}. */
    PoolClient holding(Runnable leased) {
        onLeased = leased;
        return this;
    }

    void begin() {
        laws.add(request);
        run.wakes();
        note("asks", null);
        ask(run.pool.pool.request(this));
        if (onLeased == null && random.nextInt(5) == 0) {
            time.process(random.nextLong(3 * SECOND), this::cancel);
        }
    }

    private void ask(LeaseRequest next) {
        outcomes = 0;
        askedAt = time.now();
        waiting = next;
        waiting.begin();
        time.world(SECOND, this::watch);
    }

    private void watch() {
        if (over || outcomes > 0) {
            return;
        }
        if (time.isFrozen()) {
            time.world(SECOND, this::watch);
            return;
        }
        long waited = laws.lasted(askedAt);
        // The pool repeats a handshake that a suspension cut short.
        long limit = run.settings.longestAcquire() * (1 + laws.suspensions(askedAt)) + SECOND;
        if (waited > limit) {
            laws.broken("a request for a connection waits too long", request.number() + ": " + waited / MILLI + " ms");
        }
        time.world(SECOND, this::watch);
    }

    private void cancel() {
        if (!over && outcomes == 0) {
            note("cancels", null);
            cancelled = true;
            waiting.cancel();
            end();
        }
    }

    @Override
    public void leased(Lease granted) {
        outcome("is lent connection");
        lease = granted;
        ScriptedConnection connection = (ScriptedConnection) granted.connection();
        note("has connection", connection.number());
        if (!connection.isOpen()) {
            laws.broken("a lent connection is known to be closed", connection.number());
        }
        if (connection.isRunning()) {
            laws.broken("a lent connection runs a task", connection.number());
        }
        if (!run.lent.add(connection.number())) {
            laws.broken("a connection is lent twice", connection.number());
        }
        long age = time.now() - connection.provenAt();
        // The pool may notice the answer to a handshake a little late.
        if (age > Laws.IDLE_CLOSE_NANOS + 25 * MILLI) {
            laws.broken("the service has closed a lent connection", connection.number() + ": " + age / MILLI
                    + " ms");
        }
        boolean isTooOld = age > run.settings.maxIdle().toNanos() + 25 * MILLI;
        if ((isTooOld || run.closedBeforeThaw(connection)) && !granted.isInDoubt()) {
            laws.broken("a connection should be in doubt", connection.number() + ": " + age / MILLI
                    + " ms");
        }
        if (replaced && connection.answeredAt() < askedAt) {
            laws.broken("a connection is replaced by an older one", connection.number());
        }
        if (onLeased != null) {
            onLeased.run();
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> time.process(random.nextLong(2 * SECOND), this::letGo);
            case 1 -> time.process(random.nextLong(200 * MILLI), () -> discard("cancelled"));
            default -> time.process(random.nextLong(MILLI), this::runTask);
        }
    }

    @Override
    public void refused(PoolExhaustedException why) {
        outcome("is refused");
        end();
    }

    @Override
    public void failed(TaskFailedException why) {
        outcome("gets none");
        note("because of", why.reason());
        end();
    }

    private void outcome(String what) {
        note(what, null);
        if (++outcomes > 1 || cancelled) {
            laws.broken("a request for a connection has two outcomes", request.number());
        }
    }

    /** Returns the connection unused. */
    void letGo() {
        unlend();
        lease.unused();
        again();
    }

    private void discard(String reason) {
        unlend();
        if (mayReplace && !replaced) {
            replaced = true;
            note("asks for another", null);
            laws.reason();
            ask(lease.replace(reason, this));
            return;
        }
        lease.discard(reason);
        laws.reason();
        again();
    }

    private void unlend() {
        run.lent.remove(((ScriptedConnection) lease.connection()).number());
    }

    /** Ends the lease a second time, which must do nothing. */
    private void again() {
        switch (random.nextInt(6)) {
            case 0 -> lease.discard("again");
            case 1 -> lease.unused();
            case 2 -> lease.finished();
            default -> {
                // A single attempt is enough.
            }
        }
        end();
    }

    private void runTask() {
        TaskSpec spec = TaskSpecs.of(request.number(), true);
        lease.connection().start(spec, "Some words that are spoken.", new TaskListener() {

            @Override
            public void onAudio(ByteBuffer frame) {
                // The audio is not needed.
            }

            @Override
            public void onFinished(Usage usage) {
                holds = false;
                unlend();
                lease.finished();
                again();
            }

            @Override
            public void onFailed(TaskFailedException failure) {
                if (holds) {
                    holds = false;
                    if (failure.reason() != Reason.CANCELLED) {
                        discard("failed");
                    }
                } else {
                    early = true;
                }
            }
        });
        if (early) {
            discard("closed");
            return;
        }
        holds = true;
        time.process(random.nextLong(SECOND, 15 * SECOND), () -> {
            if (holds) {
                holds = false;
                discard("too slow");
            }
        });
    }

    private void end() {
        if (!over) {
            over = true;
            note("has ended", null);
            laws.remove(request);
            run.ended(this);
        }
    }

    private void note(String what, Object detail) {
        run.trace.note("borrower", request.number(), what, detail);
    }
}
