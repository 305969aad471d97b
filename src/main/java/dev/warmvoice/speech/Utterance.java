package dev.warmvoice.speech;

import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.dashscope.Word;
import dev.warmvoice.pool.ConnectionPool;
import dev.warmvoice.pool.Lease;
import dev.warmvoice.pool.PoolExhaustedException;
import dev.warmvoice.speech.SpeechException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The life of one request: a connection is borrowed as soon as there is something to say, a task runs on it, and if that
 * fails before there was audio, once more on a new connection. Ends exactly once, whatever happens at the same time;
 * thread-safe.
 */
public final class Utterance {

    private static final Logger LOG = Logger.getLogger(Utterance.class);
    private static final Duration UNAVAILABLE_RETRY = Duration.ofSeconds(5);
    /** Words of so many sentences are kept until there is audio; the service sends those of one. */
    private static final int EARLY_WORDS = 16;
    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);
    /** Text that comes bit by bit is sent this often at most; the first of it at once. */
    private static final Duration JOINED = Duration.ofMillis(50);

    private final SpeechRequest request;
    private final Script script;
    private final ConnectionPool pool;
    private final TaskConfig limits;
    private final SpeechMetrics metrics;
    private final ScheduledExecutorService workers;
    private final LogContext logContext = LogContext.current();
    private volatile long beginNanos = System.nanoTime();
    private final CompletableFuture<Speech> speech = new CompletableFuture<>();
    private final SpeechStream events = new SpeechStream(this::cancel, this::settle);
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletableFuture<ConnectionPool.Turn> turn = new CompletableFuture<>();
    private volatile String taskId;
    private Future<?> watchdog;
    /** A connection that waits for the account's rate. */
    private Lease waiting;
    private Attempt attempt;
    private boolean begun;
    /** Whether text waits for others to be sent along with it. */
    private boolean joining;
    private long sentNanos = beginNanos - JOINED.toNanos();
    private long textNanos = beginNanos;
    private long audibleNanos = beginNanos;
    private boolean audible;
    private boolean ended;

    Utterance(SpeechRequest request, Script script, ConnectionPool pool, TaskConfig limits, SpeechMetrics metrics,
            ScheduledExecutorService workers) {
        this.request = request;
        this.script = script;
        this.pool = pool;
        this.limits = limits;
        this.metrics = metrics;
        this.workers = workers;
    }

    /** The speech as soon as there is audio of it; fails with a {@link SpeechException}. */
    public CompletionStage<Speech> speech() {
        return speech;
    }

    /** Completes as soon as its caller has taken all of the audio, or there will be no more: before he hears so. */
    public CompletionStage<Void> over() {
        return over;
    }

    /** The id under which the service knows the task, or its latest attempt; empty until the service has answered. */
    public Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    /** The caller wants no more of it: the task is stopped at once. Does nothing after the end. */
    public void cancel() {
        fail(new SpeechException(Kind.CANCELLED, "the caller left"), "cancelled");
        over.complete(null);
    }

    /**
     * Adds text to an utterance that was begun without. It is sent on at once, or with what follows within a moment.
     * Does nothing after the end, which has been told already.
     *
     * @throws SpeechException naming {@code text} and the bound it breaks; the utterance goes on without it
     */
    public void say(String text) {
        boolean speakable = script.append(text);
        if (text.isEmpty()) {
            // Says nothing, not even that more is to come.
            return;
        }
        long wait;
        synchronized (this) {
            textNanos = System.nanoTime();
            if (ended || joining || !speakable) {
                return;
            }
            joining = true;
            wait = sentNanos + JOINED.toNanos() - textNanos;
        }
        if (wait <= 0) {
            send();
        } else {
            workers.schedule(this::send, wait, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * No more text will come. Does nothing the second time, nor after the end.
     *
     * @throws SpeechException if there was none that can be spoken; the utterance goes on without
     */
    public void finish() {
        if (script.isComplete()) {
            return;
        }
        script.complete();
        synchronized (this) {
            textNanos = System.nanoTime();
            if (ended) {
                return;
            }
            watchAgain();
        }
        send();
    }

    /** Waits for text, or begins at once if it is all there. */
    void begin() {
        synchronized (this) {
            watchdog = watchAfter(timeLeft());
        }
        if (script.isComplete()) {
            send();
        }
    }

    /** Hands over the text there is: to the task if there is one, to the next one otherwise. */
    private void send() {
        synchronized (this) {
            // Before the text is taken: what comes after that has to call for another time.
            joining = false;
            sentNanos = System.nanoTime();
        }
        script.release();
        Attempt current;
        boolean first;
        synchronized (this) {
            current = attempt;
            first = !begun && !ended;
            begun = true;
        }
        if (first) {
            enter();
        } else if (current != null) {
            current.pump();
        }
    }

    private void enter() {
        beginNanos = System.nanoTime();
        ConnectionPool.Turn mine = pool.enter(() -> onWorker(this::firstAttempt),
                full -> fail(SpeechException.later(Kind.BUSY, full.getMessage(), full.retryAfter()), "busy"));
        turn.complete(mine);
        if (isEnded()) {
            mine.cancel();
        }
    }

    private void onWorker(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException e) {
            turn.thenAccept(ConnectionPool.Turn::pass);
            fail(noThread(), "shutdown");
        }
    }

    private void firstAttempt() {
        ConnectionPool.Turn mine = turn.join();
        if (isEnded()) {
            mine.pass();
            return;
        }
        try {
            submit(pool.borrow(mine), false);
        } catch (TaskFailedException e) {
            fail(toException(e), "connect");
        } catch (RuntimeException | Error e) {
            unexpected(e);
        }
    }

    /** The account's rate is kept here, right before the task, so that nothing in between can bunch the submissions. */
    private void submit(Lease lease, boolean isRetry) {
        Duration longest = isRetry ? limits.firstAudioTimeout() : pool.acquireTimeout();
        Duration wait;
        try {
            wait = pool.reserveSubmission(left(longest, awaitedSince()));
        } catch (PoolExhaustedException e) {
            lease.giveBack();
            fail(SpeechException.later(Kind.THROTTLED, e.getMessage(), e.retryAfter()), "throttled");
            return;
        }
        synchronized (this) {
            if (!ended) {
                waiting = lease;
            }
        }
        if (isEnded()) {
            lease.giveBack();
        } else if (wait.isZero()) {
            run(isRetry);
        } else {
            workers.schedule(() -> run(isRetry), wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void unexpected(Throwable e) {
        logContext.run(() -> LOG.error("An attempt failed unexpectedly", e));
        fail(SpeechException.service(null, "an unexpected error; it has been logged"), "error");
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private void retryLater(Lease lease, String reason) {
        try {
            workers.execute(() -> retry(lease, reason));
        } catch (RejectedExecutionException e) {
            lease.discard("shutdown");
            fail(noThread(), "busy");
        }
    }

    private void retry(Lease lease, String reason) {
        if (isEnded()) {
            lease.discard(reason);
            return;
        }
        try {
            metrics.retried();
            lease.reconnect(reason);
            submit(lease, true);
        } catch (TaskFailedException e) {
            lease.discard("connect");
            fail(toException(e), "connect");
        } catch (RuntimeException | Error e) {
            lease.discard("error");
            unexpected(e);
        }
    }

    private void run(boolean isRetry) {
        Lease lease;
        Attempt next;
        synchronized (this) {
            lease = waiting;
            waiting = null;
            if (lease == null) {
                return;
            }
            next = new Attempt(lease, isRetry);
            attempt = next;
        }
        next.start();
    }

    /** Comes once when it could be too late, and again only if it is not: nothing is set up for each frame. */
    private void watch() {
        SpeechException late;
        synchronized (this) {
            Duration left = timeLeft();
            if (left.toMillis() > 0) {
                watchdog = watchAfter(left);
                return;
            }
            late = late();
        }
        fail(late, late.kind().code());
        // The task may have finished long ago while its caller does not take the rest.
        events.fail(late);
        over.complete(null);
    }

    /** Until it is too late for whatever is waited for now. */
    private Duration timeLeft() {
        if (script.isComplete()) {
            // The first audio counts from before it gets into the stream.
            return audible
                    ? left(limits.stallTimeout(),
                            Math.max(Math.max(audibleNanos, events.lastProgressNanos()), textNanos))
                    : left(limits.firstAudioTimeout(), awaitedSince());
        }
        Duration text = left(limits.textTimeout(), textNanos);
        Duration taken = events.isBlocked()
                ? left(limits.stallTimeout(), events.lastProgressNanos())
                : limits.stallTimeout();
        return text.compareTo(taken) < 0 ? text : taken;
    }

    /** The request, or the last of its text. */
    private synchronized long awaitedSince() {
        return Math.max(beginNanos, textNanos);
    }

    private static Duration left(Duration limit, long sinceNanos) {
        return limit.minusNanos(System.nanoTime() - sinceNanos);
    }

    private SpeechException late() {
        if (!script.isComplete() && !events.isBlocked()) {
            return new SpeechException(Kind.TEXT_TIMEOUT, "no more text within " + limits.textTimeout().toMillis()
                    + " ms, and no finish");
        }
        return audible
                ? stalled()
                : new SpeechException(Kind.FIRST_AUDIO_TIMEOUT,
                        "no audio within " + limits.firstAudioTimeout().toMillis() + " ms");
    }

    private SpeechException stalled() {
        String who = events.isBlocked() ? "the caller took no audio for " : "no more audio for ";
        return new SpeechException(Kind.STALL_TIMEOUT, who + limits.stallTimeout().toMillis() + " ms");
    }

    /** Nothing is left to wait for. */
    private void settle() {
        synchronized (this) {
            watchdog.cancel(false);
        }
        over.complete(null);
    }

    private void watchAgain() {
        watchdog.cancel(false);
        watchdog = watchAfter(timeLeft());
    }

    private Future<?> watchAfter(Duration delay) {
        return workers.schedule(this::watch, delay.toMillis() + 1, TimeUnit.MILLISECONDS);
    }

    /**
     * There is audio, and from here on no other attempt.
     *
     * @return false if there is another attempt already, or the end
     */
    private boolean firstFrame(Attempt from) {
        synchronized (this) {
            if (ended || attempt != from) {
                return false;
            }
            audible = true;
            audibleNanos = System.nanoTime();
            watchAgain();
        }
        Duration after = elapsed();
        metrics.firstAudio(after);
        Lease lease = from.lease;
        speech.complete(new Speech(taskId, request.format(), lease.warm(), lease.acquire(), lease.connect(),
                after, events));
        return true;
    }

    private synchronized boolean claimEnd() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    private void fail(SpeechException why, String reason) {
        Attempt current;
        Lease unused;
        boolean wasAudible;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            current = attempt;
            unused = waiting;
            waiting = null;
            wasAudible = audible;
        }
        if (current != null) {
            current.lease.discard(reason);
        } else if (unused != null) {
            unused.giveBack();
        } else if (turn.isDone()) {
            turn.join().cancel();
        }
        metrics.failed(why.kind());
        if (why.kind() != Kind.CANCELLED && why.kind() != Kind.BUSY && why.kind() != Kind.THROTTLED) {
            logContext.run(() -> LOG.warnf("No speech: %s", why.getMessage()));
        }
        if (!wasAudible) {
            settle();
        }
        speech.completeExceptionally(why);
        events.fail(why);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beginNanos);
    }

    private static SpeechException noThread() {
        return SpeechException.later(Kind.BUSY, "no thread is free for this request", BUSY_RETRY);
    }

    private static SpeechException toException(TaskFailedException e) {
        return switch (e.reason()) {
            case UNAUTHORIZED -> new SpeechException(Kind.UPSTREAM_AUTH, e.getMessage());
            case UNREACHABLE -> SpeechException.later(Kind.UPSTREAM_UNAVAILABLE, e.getMessage(), UNAVAILABLE_RETRY);
            case THROTTLED -> SpeechException.later(Kind.THROTTLED, "the service takes no more tasks per second",
                    BUSY_RETRY);
            case NOT_STARTED -> new SpeechException(Kind.START_TIMEOUT, e.getMessage());
            case CANCELLED -> new SpeechException(Kind.CANCELLED, e.getMessage());
            case SPENT, REJECTED, SERVICE, PROTOCOL, DISCONNECTED ->
                SpeechException.service(e.serviceCode(), e.getMessage());
        };
    }

    /** One task on one connection. */
    private final class Attempt implements TaskListener {

        private final Lease lease;
        private final boolean isRetry;
        /** What came before the first audio, and counts only if this attempt gets there. */
        private final List<SpeechEvent> early = new ArrayList<>();
        private volatile boolean first = true;
        private boolean current;
        private Task task;
        private int sent;
        private boolean finished;

        Attempt(Lease lease, boolean isRetry) {
            this.lease = lease;
            this.isRetry = isRetry;
        }

        /** Blocks until the service has taken the task. */
        void start() {
            TaskSpec spec = request.spec();
            Task started = lease.connection().start(spec, script.piece(0), limits.startTimeout(), this);
            synchronized (this) {
                task = started;
                sent = 1;
                // SSML goes in one piece, and that is its end.
                finished = spec.ssml();
            }
            pump();
        }

        /** Sends the text that the task does not have yet. Does nothing before it has the first of it. */
        synchronized void pump() {
            if (task == null) {
                return;
            }
            // Asked first: once it is complete there are no more pieces than there are.
            boolean complete = script.isComplete();
            for (; script.has(sent); sent++) {
                task.send(script.piece(sent));
            }
            if (complete && !finished) {
                finished = true;
                task.finishText();
            }
        }

        @Override
        public void onStarted(String id) {
            taskId = id;
        }

        @Override
        public void onAudio(ByteBuffer frame) {
            if (first) {
                first = false;
                current = firstFrame(this);
                early.forEach(this::put);
            }
            put(new SpeechEvent.Audio(frame));
        }

        private void put(SpeechEvent event) {
            if (current) {
                events.put(event);
            }
        }

        @Override
        public void onWords(List<Word> words) {
            SpeechEvent event = new SpeechEvent.Words(words.stream().map(word -> new SpeechEvent.Word(word.text(),
                    word.beginIndex(), word.endIndex(), word.beginMillis(), word.endMillis())).toList());
            if (!first) {
                put(event);
            } else if (early.size() < EARLY_WORDS) {
                early.add(event);
            }
        }

        @Override
        public void onFinished(int characters) {
            if (claimEnd()) {
                lease.giveBack();
                metrics.finished(characters, elapsed());
                events.complete(new SpeechEvent.Done(characters));
            }
        }

        @Override
        public void onFailed(TaskFailedException failure) {
            String reason = failure.reason().name().toLowerCase(Locale.ROOT);
            if (failure.reason() == Reason.NOT_STARTED && lease.warm()) {
                pool.unanswered(limits.startTimeout());
            }
            if (first && !isRetry && mayRepeat(failure.reason()) && release()) {
                LOG.debugf("Once more on a new connection: %s", failure.getMessage());
                retryLater(lease, reason);
            } else {
                if (failure.reason() == Reason.THROTTLED) {
                    pool.throttled();
                }
                fail(toException(failure), reason);
            }
        }

        /** Makes room for another attempt, unless the utterance is over. */
        private boolean release() {
            synchronized (Utterance.this) {
                if (ended || audible || attempt != this) {
                    return false;
                }
                attempt = null;
                return true;
            }
        }

        private static boolean mayRepeat(Reason reason) {
            return switch (reason) {
                case SPENT, SERVICE, PROTOCOL, DISCONNECTED, NOT_STARTED -> true;
                case UNAUTHORIZED, UNREACHABLE, THROTTLED, REJECTED, CANCELLED -> false;
            };
        }
    }
}
