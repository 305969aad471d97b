package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.LeaseListener;
import dev.warmvoice.pool.LeaseRequest;
import dev.warmvoice.pool.PoolExhaustedException;
import dev.warmvoice.pool.rate.Submission;
import dev.warmvoice.pool.upstream.Hop;
import dev.warmvoice.pool.upstream.Route;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.speech.Timeline.Step;
import dev.warmvoice.time.Heartbeat;
import dev.warmvoice.time.Workers.Cancellable;
import dev.warmvoice.time.Workers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of one request: it asks for a connection as soon as there is something to say, runs a task on it, and if that
 * fails before there was audio, once more on a new connection or at another upstream. Ends exactly once, whatever happens
 * at the same time. Thread-safe, does not block.
 */
public final class Utterance implements WrittenSpeech {

    private static final Logger LOG = Logger.getLogger(Utterance.class);
    /** Failures that clients cause, or that load causes: the metrics count them, and the log does not repeat them. */
    private static final Set<Kind> EXPECTED = EnumSet.of(Kind.CANCELLED, Kind.BUSY, Kind.THROTTLED, Kind.INVALID,
            Kind.UNKNOWN_MODEL);

    /** A place in the queue is not given up for less: where it is short, a connection is back sooner. */
    private static final Duration QUEUE_PATIENCE = Duration.ofMillis(500);

    private final SpeechRequest request;
    private final TextBuffer text;
    private final TaskSpec spec;
    private final SpeechResources resources;
    private final Route route;
    private final TaskConfig limits;
    private final SpeechMetrics metrics;
    private final Workers workers;
    private final Heartbeat time;
    private final LogContext logContext = LogContext.current();
    private final CompletableFuture<Speech> speech = new CompletableFuture<>();
    private final CompletableFuture<SpeechEvent.Done> result = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final SpeechStream events;
    private final Timeline timeline;
    private volatile @Nullable String taskId;
    private volatile @Nullable Hop servedAt;
    private volatile long firstAudioAt;
    // Guarded by this.
    private final Deadlines deadlines;
    private Phase phase = new Phase.AwaitingText();
    /** Whether a try has failed at another hop. */
    private boolean hasMoved;
    /** How often the service refused a task of it for the account's rate. */
    private int refusals;
    private Cancellable watchdog = Cancellable.NONE;

    Utterance(SpeechRequest request, TextBuffer text, SpeechResources resources) {
        this.request = request;
        this.text = text;
        this.spec = request.spec();
        this.resources = resources;
        this.route = resources.upstreams().route(spec);
        this.limits = resources.limits();
        this.metrics = resources.metrics();
        this.workers = resources.workers();
        this.time = resources.time();
        this.events = new SpeechStream(time, new StreamListener());
        this.deadlines = new Deadlines(text, events, limits, time);
        this.timeline = new Timeline(time.running());
    }

    @Override
    public CompletionStage<Speech> speech() {
        return speech;
    }

    @Override
    public CompletionStage<Void> over() {
        return over;
    }

    @Override
    public CompletionStage<SpeechEvent.Done> result() {
        return result;
    }

    @Override
    public boolean hasAudio() {
        return speech.isDone() && !speech.isCompletedExceptionally();
    }

    @Override
    public long audioBytes() {
        return events.audioBytes();
    }

    @Override
    public int audioHead() {
        return events.audioHead();
    }

    @Override
    public Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    @Override
    public String model() {
        Hop hop = servedAt;
        return hop == null ? request.model() : hop.model();
    }

    @Override
    public Optional<String> upstream() {
        Hop hop = servedAt;
        return Optional.of(hop == null ? "none" : hop.upstream()).filter(name -> resources.upstreams().areSeveral());
    }

    @Override
    public void cancel() {
        fail(new SpeechException(Kind.CANCELLED, "The client disconnected."), "cancelled");
        over.complete(null);
    }

    @Override
    public void clientProgressed() {
        deadlines.clientProgressed();
    }

    /** Sends the text at once, or together with the text of the next moment. */
    @Override
    public void say(String added) {
        Optional<Duration> release = text.append(added, time.running());
        if (added.isEmpty()) {
            // An empty text does not prolong the wait for text.
            return;
        }
        synchronized (this) {
            deadlines.textAdded();
        }
        release.ifPresent(delay -> {
            if (delay.isZero()) {
                send();
            } else {
                workers.after(delay, this::send);
            }
        });
    }

    @Override
    public void flush() {
        text.flush();
        send();
        synchronized (this) {
            deadlines.flushed();
        }
    }

    @Override
    public void finish() {
        synchronized (this) {
            if (text.isComplete()) {
                return;
            }
            // In one step, or the watchdog could take the text for one that was complete long ago.
            text.complete();
            deadlines.textAdded();
        }
        send();
    }

    /** Waits for text, or begins at once if it is all there. */
    void begin() {
        resources.tracer().follow(this, request, timeline, time);
        synchronized (this) {
            watch(deadlines.next(phase));
        }
        if (text.isComplete()) {
            send();
        }
    }

    /** Hands over the text there is: to the task if there is one, to the next one otherwise. */
    private void send() {
        Optional<Attempt> running;
        boolean first;
        synchronized (this) {
            deadlines.sent(text.release(time.running()));
            running = speaking();
            // A flush before there is anything to speak begins nothing.
            first = phase instanceof Phase.AwaitingText && text.has(0);
            if (first) {
                deadlines.begin();
            }
        }
        if (first) {
            route.first().ifPresentOrElse(this::visit, this::failUnserved);
        }
        running.ifPresent(Attempt::sendPending);
    }

    /** Goes on elsewhere after a failure. */
    private void move(Hop hop) {
        synchronized (this) {
            hasMoved = true;
        }
        visit(hop);
    }

    private void visit(Hop hop) {
        LeaseRequest request = hop.pool().request(new Leased(hop, false));
        enter(request);
        if (route.hasAlternatives()) {
            mindTheQueue(hop, request);
        }
    }

    private void mindTheQueue(Hop hop, LeaseRequest request) {
        workers.after(QUEUE_PATIENCE, () -> {
            boolean waits;
            synchronized (this) {
                waits = phase instanceof Phase.Queued queued && queued.request() == request;
            }
            if (waits) {
                route.afterWait(hop, "busy").ifPresentOrElse(other -> {
                    request.cancel();
                    visit(other);
                }, () -> mindTheQueue(hop, request));
            }
        });
    }

    private void failUnserved() {
        failed(TaskFailedException.rejected(Part.MODEL, null, "No upstream serves the model."), "unserved");
    }

    TaskSpec spec(Hop hop) {
        return hop.model().equals(spec.model()) ? spec : spec.withModel(hop.model());
    }

    /** Where a second task could run at once beside a slow one, other than on a new connection. */
    Optional<Hop> beside(Hop slow) {
        return route.beside(slow);
    }

    /** A task elsewhere has started before the one that began first. */
    void overtaken(Hop slow) {
        route.overtaken(slow);
    }

    /** The name of the field in which the client sends the text. */
    String textField() {
        return request.text() == null ? "text" : "input";
    }

    TextBuffer text() {
        return text;
    }

    SpeechStream events() {
        return events;
    }

    private Optional<Race> race() {
        if (phase instanceof Phase.Starting starting) {
            return Optional.of(starting.race());
        }
        return phase instanceof Phase.Speaking speaking ? Optional.of(speaking.race()) : Optional.empty();
    }

    /** The task that has the text. */
    private Optional<Attempt> speaking() {
        return race().flatMap(Race::winner);
    }

    private void enter(LeaseRequest next) {
        boolean wanted;
        synchronized (this) {
            wanted = phase instanceof Phase.AwaitingText || phase instanceof Phase.Retrying || isWaiting();
            if (wanted) {
                become(new Phase.Queued(next));
            }
        }
        if (wanted) {
            next.begin();
        } else {
            next.cancel();
        }
    }

    private void become(Phase next) {
        phase = next;
        deadlines.phaseBegins();
    }

    /** What comes of the request for a connection. */
    private final class Leased implements LeaseListener {

        private final Hop hop;
        private final boolean isRetry;

        Leased(Hop hop, boolean isRetry) {
            this.hop = hop;
            this.isRetry = isRetry;
        }

        @Override
        public void leased(Lease lease) {
            if (!isRetry) {
                noteAcquired(lease);
            }
            if (lease.isInDoubt() && !isRetry) {
                race(hop, lease);
            } else {
                awaitRate(hop, lease, isRetry, !isRetry && route.isAnotherReady());
            }
        }

        @Override
        public void refused(PoolExhaustedException why) {
            route.afterWait(hop, "busy").ifPresentOrElse(Utterance.this::visit, () -> fail(
                    SpeechException.later(Kind.BUSY, why.getMessage(), why.retryAfter()), "busy"));
        }

        @Override
        public void failed(TaskFailedException why) {
            route.afterFailure(hop, why, false).ifPresentOrElse(Utterance.this::move,
                    () -> Utterance.this.failed(why, "connect"));
        }
    }

    private void noteAcquired(Lease lease) {
        long now = time.running();
        timeline.add(Step.ACQUIRE, now - lease.acquire().toNanos(), now);
        if (!lease.connect().isZero()) {
            timeline.add(Step.CONNECT, now - lease.connect().toNanos(), now);
        }
    }

    /** The account's rate is kept here, right before the task, so that nothing in between can bunch the submissions. */
    private void awaitRate(Hop hop, Lease lease, boolean isRetry, boolean isAnotherReady) {
        Submission[] turn = new Submission[1];
        turn[0] = hop.rate().submission(hop.model(), () -> run(hop, lease, turn[0], isRetry),
                why -> rateRefused(hop, lease, why, isAnotherReady));
        boolean wanted;
        Duration maxWait;
        synchronized (this) {
            wanted = isWaiting();
            if (wanted) {
                become(new Phase.AwaitingRate(lease, turn[0]));
            }
            maxWait = isAnotherReady
                    ? Duration.ZERO
                    : deadlines.leftOf(isRetry || hasMoved ? limits.firstAudioTimeout() : hop.rate().maxWait());
        }
        if (wanted) {
            turn[0].request(maxWait);
        } else {
            lease.unused();
        }
    }

    private void rateRefused(Hop hop, Lease lease, PoolExhaustedException why, boolean wasAnotherReady) {
        Optional<Hop> other = route.afterWait(hop, "rate");
        if (other.isPresent()) {
            lease.unused();
            visit(other.get());
        } else if (wasAnotherReady) {
            // Not any more: here it can wait.
            awaitRate(hop, lease, false, false);
        } else {
            fail(SpeechException.later(Kind.THROTTLED, why.getMessage(), why.retryAfter()), "throttled");
        }
    }

    private void run(Hop hop, Lease lease, Submission turn, boolean isRetry) {
        if (lease.isInDoubt() && !isRetry) {
            // The process was suspended while the request waited for its turn.
            turn.cancel();
            race(hop, lease);
        } else {
            start(hop, lease, turn, isRetry, Race::begin);
        }
    }

    /**
     * The connection may be dead. If the account's rate has two turns to spare, tasks are submitted on it and on a second
     * one; otherwise the request waits for whichever connection is proven first, so that no turn is lost to others.
     */
    private void race(Hop hop, Lease lease) {
        Submission turn = unattended(hop);
        Submission spare = unattended(hop);
        turn.requestNow(first -> {
            if (first) {
                spare.requestNow(second -> race(hop, lease, turn, spare, second && hop.pool().tryRace()));
            } else {
                race(hop, lease, turn, spare, false);
            }
        });
    }

    private void race(Hop hop, Lease lease, Submission turn, Submission spare, boolean isPossible) {
        if (!isPossible) {
            turn.cancel();
            spare.cancel();
            enter(lease.awaitProven(new Leased(hop, false)));
        } else if (!start(hop, lease, turn, false, race -> race.beginInDoubt(spare))) {
            spare.cancel();
            hop.pool().raceOver("none", Duration.ZERO);
        }
    }

    /** A turn that is taken at once or not at all. */
    private static Submission unattended(Hop hop) {
        return hop.rate().submission(hop.model(), () -> {
        }, why -> {
        });
    }

    /** @return false if the request has ended; then lease and turn have been given back */
    private boolean start(Hop hop, Lease lease, Submission turn, boolean isRetry, Consumer<Race> begin) {
        Race race = new Race(this, resources, hop, lease, isRetry);
        boolean wanted;
        synchronized (this) {
            wanted = isWaiting();
            if (wanted) {
                become(new Phase.Starting(race));
            }
        }
        if (!wanted) {
            lease.unused();
            turn.cancel();
            return false;
        }
        turn.used();
        try {
            begin.accept(race);
        } catch (RuntimeException | Error e) {
            logContext.run(() -> LOG.error("An attempt failed unexpectedly", e));
            fail(SpeechException.service(null, "Internal error; the server has logged it."), "error");
        }
        return true;
    }

    private boolean isWaiting() {
        return phase instanceof Phase.Queued || phase instanceof Phase.AwaitingRate;
    }

    void started(Attempt task, String id) {
        servedAt = task.hop();
        taskId = id;
        timeline.add(Step.RUN_TASK, task.submittedAt(), time.running());
    }

    /** Two tasks were submitted, and it is decided which one gets the text, or that none does. */
    void raced(long since) {
        timeline.add(Step.RACE, since, time.running());
    }

    Heartbeat time() {
        return time;
    }

    /**
     * There is audio, and from here on no other try.
     *
     * @return false if there is another try already, or the end
     */
    boolean firstAudio(Attempt from) {
        synchronized (this) {
            if (!(phase instanceof Phase.Starting starting)
                    || starting.race().winner().filter(from::equals).isEmpty()) {
                return false;
            }
            become(new Phase.Speaking(starting.race()));
            deadlines.audioBegins();
        }
        Duration after = deadlines.elapsed();
        metrics.firstAudio(after);
        firstAudioAt = time.running();
        timeline.add(Step.FIRST_AUDIO, from.startedAt(), firstAudioAt);
        route.succeeded(from.hop());
        Lease lease = from.lease();
        String id = Objects.requireNonNull(taskId, "the service starts a task before it sends audio of it");
        String model = from.hop().model();
        speech.complete(new Speech(id, request.format(), lease.warm(), lease.acquire(), lease.connect(), after,
                model.equals(request.model()) ? null : model, null, events));
        return true;
    }

    void finished(Attempt from, Usage usage) {
        synchronized (this) {
            if (!(phase instanceof Phase.Speaking) || speaking().filter(from::equals).isEmpty()) {
                return;
            }
            become(new Phase.Ended());
        }
        metrics.finished(usage, deadlines.elapsed());
        SpeechEvent.Done done = new SpeechEvent.Done(usage.characters(), usage.inputTokens(), usage.outputTokens());
        result.complete(done);
        events.complete(done);
    }

    /**
     * A try has failed.
     *
     * @param isRepeat whether one had failed before it, at the same hop
     */
    void attemptFailed(Attempt from, TaskFailedException why, boolean isRepeat) {
        Hop hop = from.hop();
        if (why.reason() == Reason.NOT_STARTED && from.lease().warm()) {
            hop.pool().unanswered(limits.startTimeout());
        }
        if (why.reason() == Reason.THROTTLED) {
            hop.rate().throttled(hop.model());
        }
        Optional<Duration> again = Optional.empty();
        boolean audible;
        boolean starting;
        synchronized (this) {
            audible = phase instanceof Phase.Speaking;
            starting = phase instanceof Phase.Starting;
            if (starting) {
                again = why.reason() == Reason.THROTTLED ? backOff(hop) : again;
                retrying(from.lease());
            }
        }
        if (!starting || !retry(from, why, isRepeat, again)) {
            from.lease().discard(Attempt.reason(why));
            fail(audible ? SpeechException.afterAudio(why) : SpeechException.of(why, textField()),
                    Attempt.reason(why));
        }
    }

    /** @param failed what the failed try leaves; guarded by this */
    private void retrying(Lease failed) {
        become(new Phase.Retrying(failed));
        deadlines.retryBegins();
    }

    /**
     * Goes on at another upstream, on a new connection, or after a pause.
     *
     * @param pause after which a throttled task may be submitted again; empty if it may not
     * @return false if none of these makes sense
     */
    private boolean retry(Attempt from, TaskFailedException why, boolean isRepeat, Optional<Duration> pause) {
        Hop hop = from.hop();
        String reason = Attempt.reason(why);
        boolean repeat = !isRepeat && why.reason().isRetryable();
        Optional<Hop> other = route.afterFailure(hop, why, repeat || pause.isPresent());
        if (other.isEmpty() && !repeat && pause.isEmpty()) {
            return false;
        }
        LOG.debugf("Retrying: %s", why.getMessage());
        metrics.retried();
        if (other.isPresent()) {
            from.lease().discard(reason);
            move(other.get());
        } else if (repeat) {
            enter(from.lease().replace(reason, new Leased(hop, true)));
        } else {
            workers.after(pause.orElseThrow(),
                    () -> enter(from.lease().another(reason, new Leased(hop, isRepeat))));
        }
        return true;
    }

    /** How long to wait before a throttled task is submitted again; empty if the client would wait too long. */
    private Optional<Duration> backOff(Hop hop) {
        Duration delay = hop.rate().backOff(++refusals);
        return Optional.of(delay).filter(left -> left.compareTo(deadlines.leftOf(hop.rate().maxWait())) < 0);
    }

    /** There is neither a task nor another connection for one, which could not be opened. */
    void raceFailed(Race race, TaskFailedException why) {
        if (leave(race)) {
            route.afterFailure(race.hop(), why, false).ifPresentOrElse(this::move,
                    () -> failed(why, SpeechException.of(why, textField()).kind().code()));
        }
    }

    /** There is neither a task nor another connection for one, which had no turn. */
    void raceRefused(Race race, SpeechException why) {
        if (leave(race)) {
            route.afterWait(race.hop(), why.kind() == Kind.BUSY ? "busy" : "rate").ifPresentOrElse(this::visit,
                    () -> fail(why, why.kind().code()));
        }
    }

    /** @return false if the request has ended */
    private boolean leave(Race race) {
        synchronized (this) {
            if (!(phase instanceof Phase.Starting)) {
                return false;
            }
            retrying(race.first());
        }
        race.release("failed", true);
        return true;
    }

    private void failed(TaskFailedException why, String reason) {
        fail(SpeechException.of(why, textField()), reason);
    }

    private void fail(SpeechException why, String reason) {
        Phase before;
        synchronized (this) {
            if (phase instanceof Phase.Ended) {
                return;
            }
            before = phase;
            become(new Phase.Ended());
        }
        before.release(reason, why.kind() == Kind.CANCELLED || why.kind() == Kind.TEXT_TIMEOUT);
        metrics.failed(why.kind());
        if (!EXPECTED.contains(why.kind())) {
            logContext.run(() -> LOG.warnf("Speech failed: code=%s: %s", why.code(), why.getMessage()));
        }
        if (!(before instanceof Phase.Speaking)) {
            settle();
        }
        speech.completeExceptionally(why);
        result.completeExceptionally(why);
        events.fail(why);
    }

    /** Nothing is left to wait for. */
    private void settle() {
        over.complete(null);
        synchronized (this) {
            watchdog.cancel();
        }
    }

    /** Looks at the deadline when it may be over, or may have become another: nothing is set up for each frame. */
    private void look() {
        Deadline due;
        synchronized (this) {
            due = deadlines.next(phase);
            if (!deadlines.isOver(due)) {
                watch(due);
                return;
            }
        }
        expire(due);
    }

    private void watch(Deadline due) {
        if (!over.isDone()) {
            watchdog = workers.after(deadlines.nextLook(due), this::look);
        }
    }

    private void expire(Deadline due) {
        Optional<Race> unanswered;
        synchronized (this) {
            unanswered = due.onExpiry() == Kind.START_TIMEOUT ? race() : Optional.empty();
        }
        if (unanswered.isPresent()) {
            unanswered.get().startTimedOut();
            look();
            return;
        }
        SpeechException late = due.expired();
        fail(late, late.kind().code());
        // The task may have finished long ago while its client does not take the rest.
        events.fail(late);
        over.complete(null);
    }

    private final class StreamListener implements SpeechStream.Listener {

        @Override
        public void onRoom() {
            Optional<Attempt> held;
            synchronized (Utterance.this) {
                held = speaking();
            }
            held.ifPresent(Attempt::resume);
        }

        @Override
        public void onCancel() {
            cancel();
        }

        @Override
        public void onOver() {
            if (hasAudio()) {
                timeline.add(Step.STREAM, firstAudioAt, time.running());
            }
            settle();
        }
    }
}
