package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.rate.AccountSlots.Members;
import dev.warmvoice.pool.rate.AccountSlots.Reply;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers;
import dev.warmvoice.time.Workers.Cancellable;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of the account's other instances. While the server that they share cannot be reached, or has
 * lost what it knew, each instance keeps to its share of the rate. Thread-safe, does not block.
 */
final class SharedRate {

    /**
     * How long an instance keeps to its share after the server is there again, or has begun anew. All the others have
     * noticed by then, since each looks twice a second, and what they submit meanwhile is recorded.
     */
    static final Duration REJOIN = Duration.ofSeconds(2);
    /** Until then some instances may not yet have said that they are there. */
    private static final Duration COMPLETE = Duration.ofSeconds(30);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration ANNOUNCE = Duration.ofSeconds(10);
    private static final Pattern CODE = Pattern.compile("[A-Z]{3,}\\b");
    private static final Logger LOG = Logger.getLogger(SharedRate.class);

    private final AccountSlots slots;
    private final int perSecond;
    private final Duration timeout;
    private final Heartbeat heartbeat;
    private final Workers workers;
    private final Timers timers;
    private final RateMetrics metrics;
    private Runnable changed = () -> {
    };
    // Guarded by this. Times are in terms of Heartbeat#beat.
    private Mode mode = Mode.ALONE;
    /** When it became {@link Mode#ALONE}, or until when it is {@link Mode#REJOINING}. */
    private long modeTime;
    private Members members;
    /** The server's clock less this one's. */
    private long clockOffset;
    private boolean known;
    /** Whether a task has been submitted that the server does not know of. */
    private boolean unrecorded;
    private long pauseUntil;
    private long lastAnnounced;
    private long lastDelay;
    private int failures;
    private boolean probing;
    private boolean closed;

    private enum Mode {
        /** Each task has a slot of the account's. */
        REACHED,
        /** The server cannot be reached. */
        ALONE,
        /** The server can be reached, and what is submitted is recorded there. */
        REJOINING
    }

    /**
     * The rate of an account, not looked for yet.
     *
     * @param perSecond tasks a second of each model, at least 1
     * @param random chooses when to take a turn among instances that are not known
     */
    SharedRate(AccountSlots slots, int perSecond, Duration timeout, int expectedInstances, Heartbeat heartbeat,
            Workers workers, RandomGenerator random, RateMetrics metrics) {
        this.slots = slots;
        this.perSecond = perSecond;
        this.timeout = timeout;
        this.heartbeat = heartbeat;
        this.workers = workers;
        this.timers = new Timers(heartbeat, workers);
        this.metrics = metrics;
        this.modeTime = heartbeat.beat();
        this.members = new Members(expectedInstances, random.nextInt(expectedInstances), Duration.ZERO);
        this.lastDelay = modeTime - ANNOUNCE.toNanos();
        this.pauseUntil = modeTime;
        metrics.observe(this);
    }

    /** @param listener called when {@link #isReached} or {@link #share} has changed */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** Looks for the server from now on. */
    void start() {
        synchronized (this) {
            if (closed) {
                return;
            }
            workers.after(TICK, this::start);
        }
        tick();
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        slots.leave();
    }

    ModelRate model(String model) {
        return new SharedWindow(model, perSecond, this, heartbeat, workers);
    }

    /** How long an answer may take. */
    Duration timeout() {
        return timeout;
    }

    /** Whether tasks have slots of the account's. */
    synchronized boolean isReached() {
        return mode == Mode.REACHED;
    }

    /** How many instances have been there lately. */
    synchronized int instances() {
        return members.count();
    }

    /** What this process may submit while it is not {@linkplain #isReached reached}. */
    synchronized Limit share() {
        return Limit.perSecond(perSecond).share(members.count(), members.rank(), -clockOffset);
    }

    /** How long to submit nothing: until the others have noticed, too, and what they have submitted counts no more. */
    synchronized Duration pause() {
        long left = pauseUntil - heartbeat.beat();
        return members.count() > 1 && left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
    }

    private void leaveReached() {
        pauseUntil = heartbeat.beat() + TICK.plus(timeout).plus(SlidingWindow.WINDOW).toNanos();
    }

    /**
     * Reserves a slot.
     *
     * @param answered called once: with null if the process is to keep to its share
     */
    void reserve(String model, int tasks, Duration longest, Consumer<@Nullable Reply> answered) {
        if (isReached()) {
            ask(slots.reserve(model, tasks, longest), answered, slot -> giveBack(model, slot));
        } else {
            answered.accept(null);
        }
    }

    void giveBack(String model, long slot) {
        slots.giveBack(model, slot);
    }

    /** Tells the others of a task that had no slot, if they can be reached. */
    void record(String model) {
        boolean isThere;
        synchronized (this) {
            isThere = mode != Mode.ALONE;
            unrecorded |= !isThere;
        }
        if (isThere) {
            ask(slots.record(model), ignored -> {
            }, slot -> {
            });
        }
    }

    private void tick() {
        boolean ask;
        boolean rejoined;
        synchronized (this) {
            long now = heartbeat.beat();
            rejoined = mode == Mode.REJOINING && now >= modeTime;
            if (rejoined) {
                mode = Mode.REACHED;
            }
            // While turns wait for their slots it must be known that the slots still count.
            boolean waiting = now - lastDelay < ANNOUNCE.toNanos();
            ask = !probing && (mode != Mode.REACHED || waiting || now - lastAnnounced >= ANNOUNCE.toNanos());
            probing |= ask;
            lastAnnounced = ask ? now : lastAnnounced;
        }
        if (rejoined) {
            changed.run();
        }
        if (ask) {
            probe();
        }
    }

    private void probe() {
        ask(slots.announce(), reply -> {
            synchronized (this) {
                probing = false;
            }
        }, slot -> {
        });
    }

    private void ask(CompletionStage<Reply> asked, Consumer<@Nullable Reply> then, Consumer<Long> unwanted) {
        AtomicBoolean over = new AtomicBoolean();
        long since = heartbeat.running();
        Cancellable limit = timers.after(timeout, () -> {
            if (over.compareAndSet(false, true)) {
                lost("no answer within " + timeout.toMillis() + " ms");
                then.accept(null);
            }
        });
        asked.whenComplete((reply, failure) -> {
            if (!over.compareAndSet(false, true)) {
                if (reply != null && reply.slot() != 0) {
                    unwanted.accept(reply.slot());
                }
                return;
            }
            limit.cancel();
            if (failure != null) {
                lost(code(failure));
                then.accept(null);
            } else {
                metrics.answered(Duration.ofNanos(heartbeat.running() - since));
                then.accept(answered(reply) ? reply : null);
            }
        });
    }

    /** @return whether slots count */
    private boolean answered(Reply reply) {
        boolean anew = reply.age().compareTo(REJOIN) < 0;
        Mode before;
        Mode after;
        int missed;
        Duration alone;
        synchronized (this) {
            long now = heartbeat.beat();
            if (!reply.delay().isZero()) {
                lastDelay = now;
            }
            learn(reply, now);
            alone = Duration.ofNanos(now - modeTime);
            missed = failures;
            failures = 0;
            before = mode;
            if (mode == Mode.ALONE && (unrecorded || alone.compareTo(SlidingWindow.WINDOW) >= 0)) {
                rejoin(now + REJOIN.toNanos());
            } else if (anew) {
                rejoin(now + REJOIN.minus(reply.age()).toNanos());
            } else if (mode == Mode.ALONE) {
                mode = Mode.REACHED;
            }
            after = mode;
            if (before == Mode.REACHED && after != before) {
                leaveReached();
            }
        }
        if (before == Mode.ALONE && missed > 1) {
            LOG.infof("The shared rate can be reached again, after %s s.", seconds(alone));
        }
        if (after != before) {
            changed.run();
        }
        return after == Mode.REACHED;
    }

    private void learn(Reply reply, long now) {
        Members told = reply.members();
        boolean complete = !known || reply.age().compareTo(COMPLETE) >= 0 || told.count() >= members.count();
        members = complete ? told : members;
        known = true;
        clockOffset = told.time().toNanos() - now;
    }

    private void rejoin(long until) {
        modeTime = mode == Mode.REJOINING ? Math.max(modeTime, until) : until;
        mode = Mode.REJOINING;
    }

    private void lost(String why) {
        boolean first;
        boolean report;
        synchronized (this) {
            if (closed) {
                return;
            }
            failures++;
            first = mode != Mode.ALONE;
            if (first) {
                if (mode == Mode.REACHED) {
                    leaveReached();
                }
                mode = Mode.ALONE;
                modeTime = heartbeat.beat();
                unrecorded = false;
            }
            // A connection that a freeze has broken is replaced at once, and is nothing to report.
            report = failures == 2;
        }
        if (report) {
            LOG.warnf("The shared rate cannot be reached (%s). This process keeps to its share, 1/%d of the rate.", why,
                    instances());
        }
        if (first) {
            changed.run();
            tick();
        }
    }

    /** Redis' own code, such as WRONGPASS, or the kind of failure: a message may name the server with its password. */
    private static String code(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        Matcher code = CODE.matcher(Objects.toString(failure.getMessage()));
        return code.lookingAt() ? code.group() : failure.getClass().getSimpleName();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e9);
    }
}
