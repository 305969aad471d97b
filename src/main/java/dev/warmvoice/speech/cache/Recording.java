package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.AudioTotal;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of one task: all of them, or those so far while the service speaks. Takes them as fast as they come, so that
 * no client that plays them slows another, and holds what the longest text that is kept can have. Thread-safe, does not
 * block.
 */
final class Recording {

    /** Memory of an entry beside its events, estimated. */
    private static final int OVERHEAD_BYTES = 500;

    private final Consumer<Recording> onEnd;
    private final LongSupplier clock;
    /** Changed with this locked, and read without: each event is told to all, and few come or go. */
    private final List<Replay> players = new CopyOnWriteArrayList<>();
    // Guarded by this.
    private final List<SpeechEvent> events = new ArrayList<>();
    private int weight = OVERHEAD_BYTES;
    private final AudioTotal audio = new AudioTotal();
    private @Nullable Playback source;
    private @Nullable Origin origin;
    private @Nullable SpeechException failure;
    /** All events, once the service has completed them: read without a lock. */
    private volatile SpeechEvent @Nullable [] whole;
    private volatile long completedAt;
    private volatile boolean isRestored;

    /**
     * @param onEnd called once, when it is complete or has failed
     * @param clock what to take the time of its completion from, in nanoseconds
     */
    Recording(Consumer<Recording> onEnd, LongSupplier clock) {
        this.onEnd = onEnd;
        this.clock = clock;
    }

    /** Takes what was recorded before, in place of a task. */
    void restore(EntryCodec.Entry entry) {
        isRestored = true;
        completedAt = clock.getAsLong() - entry.age().toNanos();
        begin(entry.origin());
        entry.events().forEach(this::add);
        complete();
    }

    /** Records a task from its beginning. To be called once. */
    void record(Playback task) {
        boolean wanted;
        synchronized (this) {
            source = task;
            wanted = failure == null;
        }
        if (!wanted) {
            task.cancel();
            return;
        }
        task.speech().whenComplete((begun, why) -> {
            if (why == null) {
                begin(Origin.of(task, begun));
                begun.events().subscribe(new Recorder());
            } else {
                fail(reason(why));
            }
        });
    }

    static SpeechException reason(Throwable why) {
        return why instanceof SpeechException known
                ? known
                : new SpeechException(SpeechException.Kind.UPSTREAM, "Internal error; the server has logged it.");
    }

    /** There is audio. */
    private void begin(Origin begun) {
        synchronized (this) {
            origin = begun;
        }
        players.forEach(player -> player.begin(begun));
    }

    /**
     * Adds a player, which begins with the first event.
     *
     * @return false if it has failed
     */
    boolean join(Replay player) {
        Origin begun;
        synchronized (this) {
            if (failure != null) {
                return false;
            }
            if (whole == null) {
                players.add(player);
            }
            begun = origin;
        }
        if (begun != null) {
            player.begin(begun);
        }
        return true;
    }

    /** Removes a player. The task is cancelled if it was the last. */
    void leave(Replay player) {
        Playback unwanted;
        synchronized (this) {
            boolean last = players.remove(player) && players.isEmpty();
            if (!last || whole != null || failure != null) {
                return;
            }
            // In one step: from here on no client can join.
            failure = new SpeechException(SpeechException.Kind.CANCELLED, "The client disconnected.");
            unwanted = source;
        }
        onEnd.accept(this);
        if (unwanted != null) {
            unwanted.cancel();
        }
    }

    /** An event by its number; null if it has not come yet. */
    @Nullable
    SpeechEvent at(int number) {
        SpeechEvent[] all = whole;
        if (all != null) {
            return number < all.length ? all[number] : null;
        }
        synchronized (this) {
            return number < events.size() ? events.get(number) : null;
        }
    }

    /** Whether there are no more events than this many, nor will be. */
    boolean endsAt(int number) {
        SpeechEvent[] all = whole;
        return all != null && number >= all.length;
    }

    /** Why it will never be complete; null as long as it may. */
    synchronized @Nullable SpeechException failure() {
        return failure;
    }

    boolean isComplete() {
        return whole != null;
    }

    /** Whether it was recorded before. */
    boolean isRestored() {
        return isRestored;
    }

    /** How long ago it was completed; to be called when it is. */
    Duration age() {
        return Duration.ofNanos(Math.max(0, clock.getAsLong() - completedAt));
    }

    /** The memory it takes, in bytes, estimated. */
    synchronized int weight() {
        return weight;
    }

    synchronized long audioBytes() {
        return audio.bytes();
    }

    synchronized int audioHead() {
        return audio.head();
    }

    /** Where it is from; empty until there is audio. */
    synchronized Optional<Origin> origin() {
        return Optional.ofNullable(origin);
    }

    /** The task's id; empty until the service has answered. */
    synchronized Optional<String> taskId() {
        return source == null ? origin().map(Origin::taskId) : source.taskId();
    }

    /** What the service bills; empty until it is complete. */
    Optional<SpeechEvent.Done> bill() {
        SpeechEvent[] all = whole;
        return all != null && all.length > 0 && all[all.length - 1] instanceof SpeechEvent.Done done
                ? Optional.of(done)
                : Optional.empty();
    }

    /** All its events; to be called when it is complete. */
    List<SpeechEvent> events() {
        return List.of(Objects.requireNonNull(whole, "it is complete"));
    }

    private void add(SpeechEvent event) {
        synchronized (this) {
            if (event instanceof SpeechEvent.Audio frame) {
                audio.add(frame.frame());
            }
            weight += event.weight();
            events.add(event);
        }
        players.forEach(Replay::advance);
    }

    private void complete() {
        List<Replay> last;
        synchronized (this) {
            whole = events.toArray(SpeechEvent[]::new);
            events.clear();
            // It holds the text, and much else.
            source = null;
            last = List.copyOf(players);
            players.clear();
        }
        onEnd.accept(this);
        last.forEach(Replay::advance);
    }

    /** Ends it, unless it is complete. */
    void fail(SpeechException why) {
        List<Replay> last;
        synchronized (this) {
            if (failure != null || whole != null) {
                return;
            }
            failure = why;
            last = List.copyOf(players);
            players.clear();
        }
        onEnd.accept(this);
        last.forEach(player -> player.fail(why));
    }

    private final class Recorder implements Flow.Subscriber<SpeechEvent> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(SpeechEvent event) {
            add(event);
        }

        @Override
        public void onError(Throwable why) {
            fail(reason(why));
        }

        @Override
        public void onComplete() {
            completedAt = clock.getAsLong();
            complete();
        }
    }
}
