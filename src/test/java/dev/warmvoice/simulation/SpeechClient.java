package dev.warmvoice.simulation;

import dev.warmvoice.speech.SimulatedSpeech;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.Utterance;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/** A client that requests one utterance, with the role of {@code http} between it and the core. */
final class SpeechClient implements Flow.Subscriber<SpeechEvent> {

    /** The read behaviour of the client. */
    private enum Reading {
        AS_IT_COMES,
        AT_PLAYING_SPEED,
        SLOWLY,
        WITH_PAUSES,
        NEVER
    }

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    /** The capacity of the channel between core and client. */
    private static final int CHANNEL_BYTES = 64 * 1024;
    /** The max delay with which a timeout fires. */
    private static final long LATE_NANOS = 1_300 * MILLI;
    private static final long DRAIN_NANOS = SECOND;

    private final Simulation run;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final Laws laws;
    private final Request request;
    private final boolean live;
    private Reading reading;
    private boolean patient;
    private final StringBuilder said = new StringBuilder();
    private Utterance utterance;
    private Flow.Subscription subscription;
    private boolean saidAll;
    private boolean left;
    private boolean removed;
    private int outcomes;
    private boolean isOver;
    private boolean flowEnded;
    private boolean done;
    private long demand;
    private int task = -1;
    private int frames;
    private int channelBytes;
    private boolean waitsForRoom;
    private boolean draining;
    private long pausedUntil;
    private int pieces;
    private boolean bargesIn;
    private boolean isSpeakable;
    // State for watch().
    private long lastProgress;
    private long owedSince = Long.MAX_VALUE;
    private long lastTaken;
    private long lastSaid;
    private long leftAt;
    private long saidAllAt;

    SpeechClient(Simulation run, int number, boolean live) {
        this.run = run;
        this.time = run.time;
        this.random = run.random;
        this.laws = run.laws;
        this.live = live;
        this.request = new Request(number, laws, time, run.settings, true);
        this.reading = switch (random.nextInt(12)) {
            case 0 -> Reading.NEVER;
            case 1 -> Reading.WITH_PAUSES;
            case 2 -> Reading.SLOWLY;
            case 3, 4, 5 -> Reading.AT_PLAYING_SPEED;
            default -> Reading.AS_IT_COMES;
        };
    }

    /** Makes the client read at once and never cancel. */
    SpeechClient patient() {
        reading = Reading.AS_IT_COMES;
        patient = true;
        return this;
    }

    /** Sends text and cancels at once. */
    void bargeIn() {
        laws.add(request);
        utterance = run.speech.speakAsWritten(SimulatedSpeech.request(null, request.number(), false));
        utterance.say("Some words too late. ");
        request.leaves();
        utterance.cancel();
        laws.reason();
        run.ended(this);
    }

    boolean hasHeardAll() {
        return done && flowEnded;
    }

    void begin() {
        laws.add(request);
        note("begins", live ? reading + ", live" : reading);
        run.wakes();
        lastSaid = time.now();
        if (!patient && random.nextInt(4) == 0) {
            time.process(random.nextInt(2) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(40 * SECOND),
                    this::leave);
        }
        boolean timestamps = random.nextInt(5) == 0;
        try {
            if (live) {
                utterance = run.speech.speakAsWritten(SimulatedSpeech.request(null, request.number(), timestamps));
                pieces = random.nextInt(1, 12);
                bargesIn = random.nextInt(4) == 0;
            } else {
                said.append(text(random.nextInt(4) == 0 ? random.nextInt(1, 1_500) : random.nextInt(1, 150)));
                SpokenText text = random.nextInt(10) == 0
                        ? SpokenText.ssml(said.insert(0, "<speak>").append("</speak>").toString())
                        : SpokenText.plain(said.toString());
                hasSaidAll();
                SpeechRequest asked = SimulatedSpeech.request(text, request.number(), timestamps);
                utterance = run.speech.speak(asked);
                owes();
            }
        } catch (SpeechException refused) {
            note("is rejected", refused.kind());
            outcomes++;
            isOver = true;
            finishedWith();
            return;
        }
        utterance.speech().whenComplete(this::outcome);
        utterance.over().whenComplete((nothing, failure) -> {
            isOver = true;
            finishedWith();
        });
        progress();
        if (live) {
            sayNext();
        }
        time.world(SECOND, this::watch);
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("abcdefgh", 0, random.nextInt(1, 8)).append(random.nextInt(8) == 0 ? ". " : " ");
        }
        return text.toString();
    }

    // Text.

    private void sayNext() {
        long pause = switch (random.nextInt(20)) {
            case 0 -> random.nextLong(run.settings.textTimeout().toNanos() + 5 * SECOND);
            case 1, 2, 3 -> random.nextLong(5 * SECOND);
            case 4, 5, 6, 7 -> random.nextLong(10 * MILLI);
            default -> random.nextLong(500 * MILLI);
        };
        time.process(pause, this::say);
    }

    private void say() {
        if (left || flowEnded || outcomes > 0 && subscription == null && isOver) {
            return;
        }
        if (pieces-- > 0) {
            String piece = pieces > 0 && random.nextInt(12) == 0
                    ? " \u2026 "
                    : text(random.nextInt(1, 120)) + (random
                            .nextInt(3) == 0 ? "" : ".");
            said.append(piece);
            note("sends text", piece.length());
            if (!isSpeakable && piece.matches(".*[a-h].*")) {
                isSpeakable = true;
                request.awaitsAudio();
            }
            utterance.say(piece);
            if (random.nextInt(6) == 0) {
                note("flushes", null);
                request.flushes();
                utterance.flush();
            }
            lastSaid = time.now();
            progress();
            if (piece.contains(".")) {
                owes();
            }
            if (bargesIn && random.nextInt(4) == 0) {
                leave();
                if (random.nextInt(3) > 0) {
                    run.beginLive();
                }
                return;
            }
            sayNext();
        } else if (said.toString().matches("[ \u2026]*")) {
            leave();
        } else {
            note("has sent all text", said.length());
            hasSaidAll();
            utterance.finish();
            progress();
            owes();
            if (random.nextInt(10) == 0) {
                utterance.finish();
            }
        }
    }

    private void hasSaidAll() {
        saidAll = true;
        saidAllAt = time.now();
        request.awaitsAudio();
    }

    /** Marks that the service now has text to speak. */
    private void owes() {
        if (owedSince == Long.MAX_VALUE) {
            owedSince = time.now();
        }
    }

    private void leave() {
        if (left || isOver && (flowEnded || subscription == null)) {
            return;
        }
        left = true;
        leftAt = time.now();
        request.leaves();
        note("cancels", null);
        laws.reason();
        if (subscription != null && random.nextInt(2) == 0) {
            subscription.cancel();
        } else {
            utterance.cancel();
        }
        if (random.nextInt(8) == 0) {
            utterance.cancel();
        }
        if (!isOver) {
            laws.broken("an utterance does not end when its client cancels", request.number());
        }
        finishedWith();
    }

    // Answers.

    private void outcome(Speech speech, Throwable failure) {
        if (++outcomes > 1) {
            laws.broken("a request has two outcomes", request.number());
        }
        laws.reason();
        if (failure != null) {
            note("has no speech", why(failure));
            finishedWith();
            return;
        }
        note("has speech", speech.id());
        lastTaken = time.now();
        if (frames() == 0) {
            laws.broken("speech begins without audio", request.number());
        }
        time.process(random.nextLong(20_000, 500_000), () -> {
            if (!left) {
                speech.events().subscribe(this);
            }
        });
    }

    private int frames() {
        return request.anyFrames();
    }

    private Kind why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof SpeechException known)) {
            laws.broken("a request fails with an exception other than SpeechException", cause);
            return null;
        }
        if (known.kind() == Kind.CANCELLED && !left && !run.isClosing()) {
            laws.broken("a request reports a cancel that its client did not send", request.number());
        }
        if (known.kind() == Kind.TEXT_TIMEOUT && saidAll) {
            laws.broken("a text timeout fires although the text is complete", request.number());
        }
        check(known.kind());
        return known.kind();
    }

    /** Checks that a failure has a cause. */
    private void check(Kind kind) {
        Settings s = run.settings;
        switch (kind) {
            case TEXT_TIMEOUT -> laws.expired("text", s.textTimeout(), lastSaid, request.number());
            case START_TIMEOUT -> laws.expired("start", s.startTimeout(), request.taskStarted(), request.number());
            case FIRST_AUDIO_TIMEOUT -> laws.expired("first audio", s.firstAudioTimeout(),
                    saidAll ? saidAllAt : request.begun(), request.number());
            case STALL_TIMEOUT -> laws.expired("audio", s.stallTimeout(), Math.min(lastTaken, request.lastNews()),
                    request.number());
            default -> {
                // This kind is not a timeout.
            }
        }
        if (kind == Kind.THROTTLED && request.isThrottledTooEarly()) {
            laws.broken("a throttled request fails too early", request.number());
        }
        if (run.isFair() && laws.suspensions(request.begun()) <= 1) {
            boolean unfair = switch (kind) {
                case UPSTREAM, UPSTREAM_AUTH, UPSTREAM_UNAVAILABLE, START_TIMEOUT -> !live;
                // A thaw may cost one handshake, or two in the queue of a big pool or for a retry.
                case FIRST_AUDIO_TIMEOUT -> saidAll && laws.suspensions(request.begun()) == 0;
                case STALL_TIMEOUT -> saidAll && reading != Reading.NEVER && reading != Reading.WITH_PAUSES;
                case BUSY -> run.clients() + run.stopping() <= s.places();
                case THROTTLED -> run.clients() == 1;
                default -> false;
            };
            if (unfair) {
                laws.broken("a request fails without a cause", request.number() + ": " + kind);
            }
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        subscription = to;
        more();
    }

    private void more() {
        if (!left && !flowEnded) {
            demand++;
            subscription.request(1);
        }
    }

    @Override
    public void onNext(SpeechEvent event) {
        if (flowEnded) {
            laws.broken("an event comes after the end", request.number());
        }
        if (--demand < 0) {
            laws.broken("an event exceeds the demand", request.number());
        }
        if (done) {
            laws.broken("an event comes after the last", request.number());
        }
        if (event instanceof SpeechEvent.Audio audio) {
            take(audio.frame());
        } else if (event instanceof SpeechEvent.Done last) {
            done = true;
            if (last.characters() != request.finishedTask()) {
                laws.broken("an utterance completes before its task has finished", request.number());
            }
        }
        progress();
        lastTaken = time.now();
        time.process(random.nextLong(5_000, 100_000), this::afterNext);
    }

    private void take(ByteBuffer frame) {
        int from = frame.getInt(0);
        if (task != -1 && task != from) {
            laws.broken("a client receives audio of two tasks", request.number());
        }
        if (task == -1 && !request.isWinner(from)) {
            laws.broken("a client receives audio of a task that did not win its race", request.number());
        }
        task = from;
        if (frame.getInt(4) != ++frames) {
            laws.broken("audio is missing, or out of order", request.number());
        }
        owedSince = Long.MAX_VALUE;
        channelBytes += frame.remaining();
    }

    private void afterNext() {
        if (reading == Reading.AS_IT_COMES) {
            if (channelBytes > 0) {
                channelBytes = 0;
                taken();
            }
            more();
            return;
        }
        drainLater();
        if (channelBytes < CHANNEL_BYTES) {
            more();
        } else {
            waitsForRoom = true;
        }
    }

    private void drainLater() {
        if (!draining && channelBytes > 0 && !left) {
            draining = true;
            time.world(DRAIN_NANOS, this::drain);
        }
    }

    private void drain() {
        draining = false;
        int speed = switch (reading) {
            case AT_PLAYING_SPEED -> 8_000;
            case SLOWLY -> 2_000;
            case WITH_PAUSES -> 40_000;
            default -> 0;
        };
        if (reading == Reading.WITH_PAUSES && time.now() >= pausedUntil && random.nextInt(8) == 0) {
            pausedUntil = time.now() + random.nextLong(20 * SECOND);
        }
        int bytes = time.now() < pausedUntil ? 0 : Math.min(channelBytes, (int) (speed * DRAIN_NANOS / SECOND));
        if (bytes > 0) {
            channelBytes -= bytes;
            time.process(random.nextLong(5_000, 100_000), this::taken);
        }
        drainLater();
    }

    private void taken() {
        if (left || isOver && flowEnded) {
            return;
        }
        progress();
        utterance.clientProgressed();
        lastTaken = time.now();
        if (waitsForRoom && channelBytes <= CHANNEL_BYTES / 2) {
            waitsForRoom = false;
            more();
        }
    }

    @Override
    public void onComplete() {
        end("has received all");
        if (left) {
            return;
        }
        if (!done) {
            laws.broken("a stream completes without its last event", request.number());
        }
        int finished = request.finishedTask();
        if (finished < 0 || finished != task || frames != request.frames(finished)) {
            laws.broken("a stream completes without all of its audio",
                    request.number() + ": " + frames + " frames of task "
                            + task + ", finished " + finished + " with " + request.frames(finished));
        }
        if (!request.text(task).equals(said.toString())) {
            laws.broken("the spoken text differs from the sent text",
                    request.number() + ": \"" + request.text(task) + "\" not \""
                            + said + '"');
        }
    }

    @Override
    public void onError(Throwable failure) {
        end("fails");
        note("because of", why(failure));
    }

    private void end(String what) {
        note(what, frames);
        if (flowEnded) {
            laws.broken("a stream ends twice", request.number());
        }
        flowEnded = true;
        progress();
        if (!isOver) {
            laws.broken("a stream ends before its utterance", request.number());
        }
        finishedWith();
    }

    // Waits.

    private void progress() {
        lastProgress = time.now();
    }

    private boolean isEnded() {
        return left
                ? isOver && outcomes > 0
                : isOver && outcomes > 0 && (flowEnded || subscription == null && !speaks());
    }

    private boolean speaks() {
        return utterance != null && !utterance.speech().toCompletableFuture().isCompletedExceptionally();
    }

    private void watch() {
        if (isEnded()) {
            return;
        }
        if (time.isFrozen()) {
            time.world(SECOND, this::watch);
            return;
        }
        if (left && laws.lasted(leftAt) > SECOND) {
            laws.broken("an utterance continues after its client has cancelled", request.number());
        }
        if (request.lastNews() > lastProgress) {
            lastProgress = request.lastNews();
        }
        Settings s = run.settings;
        if (request.awaitsStart()) {
            // A second task needs its delay, a connection and then its turn.
            notLongerThan(request.mayBeRaced()
                    ? s.startTimeout().plus(s.longestRace()).toNanos()
                    : s.startTimeout().toNanos(), request.taskStarted(), "a task's start");
        }
        if (!saidAll) {
            notLongerThan(s.longestPause(), lastProgress, "anything");
        } else if (outcomes == 0) {
            notLongerThan(s.firstAudioTimeout().toNanos(), saidAllAt, "speech");
        } else {
            notLongerThan(s.stallTimeout().toNanos(), lastProgress, "more audio");
        }
        if (owedSince != Long.MAX_VALUE && reading == Reading.AS_IT_COMES) {
            notLongerThan(s.longestPause() + s.firstAudioTimeout().plus(s.stallTimeout()).toNanos(),
                    Math.max(owedSince, request.lastNews()),
                    "the service");
        }
        time.world(SECOND, this::watch);
    }

    private void notLongerThan(long limit, long since, String what) {
        long waited = laws.lasted(since);
        if (waited > limit + LATE_NANOS) {
            laws.broken("a client waits too long for " + what, request.number() + ": " + waited / MILLI + " ms");
        }
    }

    private void finishedWith() {
        if (!removed && isEnded()) {
            removed = true;
            note("has ended", null);
            run.ended(this);
        }
    }

    Request request() {
        return request;
    }

    private void note(String what, Object detail) {
        run.trace.note("client", request.number(), what, detail);
    }
}
