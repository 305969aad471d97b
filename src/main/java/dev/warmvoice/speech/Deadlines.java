package dev.warmvoice.speech;

import dev.warmvoice.speech.SpeechException.Kind;
import dev.warmvoice.time.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an utterance waits for, and until when: nothing else decides either. Times are in terms of
 * {@link Heartbeat#running}. Guarded by the lock of the utterance, save {@link #clientProgressed} and {@link #elapsed}.
 */
final class Deadlines {

    private static final Duration MAX_LOOK_INTERVAL = Duration.ofSeconds(1);

    private final TextBuffer text;
    private final SpeechStream events;
    private final TaskConfig limits;
    private final Heartbeat time;
    private final Duration lookInterval;
    private final AudioDebt debt = new AudioDebt();
    /** When the client was last seen to take something. */
    private volatile long lastTaken;
    /** When there was something to speak for the first time. */
    private volatile long begun;
    /** When there was something to speak, and no task for it. */
    private long unspokenSince;
    /** When text was last added, or the text ended. */
    private long textAdded;
    private long phaseSince;

    Deadlines(TextBuffer text, SpeechStream events, TaskConfig limits, Heartbeat time) {
        this.text = text;
        this.events = events;
        this.limits = limits;
        this.time = time;
        this.lookInterval = lookInterval(limits);
        long now = time.running();
        this.begun = now;
        this.unspokenSince = now;
        this.textAdded = now;
        this.phaseSince = now;
        this.lastTaken = now;
    }

    /** A fifth of the shortest limit that can begin unnoticed. */
    private static Duration lookInterval(TaskConfig limits) {
        long shortest = Math.min(limits.startTimeout().toNanos(),
                Math.min(limits.firstAudioTimeout().toNanos(), limits.stallTimeout().toNanos()));
        return Duration.ofNanos(Math.min(shortest / 5, MAX_LOOK_INTERVAL.toNanos()));
    }

    /** There is something to speak for the first time. */
    void begin() {
        begun = time.running();
        unspokenSince = begun;
    }

    /** A task has failed, and the text needs another. */
    void retryBegins() {
        unspokenSince = time.running();
    }

    void phaseBegins() {
        phaseSince = time.running();
    }

    /** There is audio. The client has had nothing to take until now. */
    void audioBegins() {
        lastTaken = phaseSince;
    }

    /** The client has taken some of what it was sent. */
    void clientProgressed() {
        lastTaken = time.running();
    }

    /** More text has come, or its end. */
    void textAdded() {
        textAdded = time.running();
    }

    /** Text goes to the service. */
    void sent(String some) {
        debt.sent(some, time.running(), events.lastIn());
    }

    /** The service is told to speak what it has. */
    void flushed() {
        debt.flushed(time.running());
    }

    /** How long it has been since there was something to speak. */
    Duration elapsed() {
        return Duration.ofNanos(time.running() - begun);
    }

    /** What is left of a limit on the time that the client waits for audio. */
    Duration leftOf(Duration limit) {
        return time.left(limit, awaitedSince());
    }

    /** Since when the client waits for audio: the request, or the last of its text; before that, for a task. */
    private long awaitedSince() {
        return text.isComplete() ? Math.max(begun, textAdded) : unspokenSince;
    }

    /** When to look again: at the deadline, or earlier, since it may have become another one by then. */
    Duration nextLook(Deadline due) {
        Duration left = due.left(time);
        return (left.compareTo(lookInterval) < 0 ? left : lookInterval).plusMillis(1);
    }

    boolean isOver(Deadline due) {
        return due.left(time).compareTo(Duration.ZERO) <= 0;
    }

    /** The first of all deadlines that hold in a phase. */
    Deadline next(Phase phase) {
        List<Deadline> all = new ArrayList<>();
        if (!(phase instanceof Phase.Ended) && !text.isComplete()) {
            all.add(new Deadline(Kind.TEXT_TIMEOUT, "The client sent neither text nor finish within %d ms.",
                    limits.textTimeout(),
                    textAdded));
        }
        if (phase instanceof Phase.Ended || !events.hasRoom()) {
            all.add(new Deadline(Kind.STALL_TIMEOUT, "The client read no audio for %d ms.", limits.stallTimeout(),
                    Math.max(lastTaken, events.lastOut())));
        } else {
            addService(phase, all);
        }
        return all.stream().min(Comparator.comparing(each -> each.left(time))).orElseThrow();
    }

    private void addService(Phase phase, List<Deadline> all) {
        if (phase instanceof Phase.Starting starting) {
            starting.race().awaitsStart().ifPresent(since -> all.add(new Deadline(Kind.START_TIMEOUT,
                    "The service did not start the task within %d ms.", limits.startTimeout(), since)));
        }
        boolean speaking = phase instanceof Phase.Speaking;
        if (text.isComplete()) {
            all.add(speaking
                    ? new Deadline(Kind.STALL_TIMEOUT, "The service sent no more audio for %d ms.",
                            limits.stallTimeout(),
                            Math.max(textAdded, Math.max(events.lastIn(), events.lastOut())))
                    : new Deadline(Kind.FIRST_AUDIO_TIMEOUT, "The service sent no audio within %d ms.",
                            limits.firstAudioTimeout(),
                            awaitedSince()));
        } else if (phase instanceof Phase.Starting || speaking) {
            debt.since(events.lastIn()).ifPresent(since -> all.add(owed(since, speaking)));
        } else if (!(phase instanceof Phase.AwaitingText)) {
            all.add(new Deadline(Kind.FIRST_AUDIO_TIMEOUT, "No connection was available within %d ms.",
                    limits.firstAudioTimeout(),
                    unspokenSince));
        }
    }

    /** While text still comes the service may wait for more of it as long as the client may pause. */
    private Deadline owed(long since, boolean speaking) {
        Duration usual = speaking ? limits.stallTimeout() : limits.firstAudioTimeout();
        Duration limit = usual.compareTo(limits.textTimeout()) > 0 ? usual : limits.textTimeout();
        return new Deadline(speaking ? Kind.STALL_TIMEOUT : Kind.FIRST_AUDIO_TIMEOUT,
                "The service sent no audio for %d ms although it had text.", limit, Math.max(since, phaseSince));
    }
}
