package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.Playback;
import java.time.LocalDate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The characters of one utterance in its client's {@link Budget}: those of its text, until the service has said how many
 * it bills. An utterance that ends without audio gives them back. Thread-safe.
 */
public final class Reservation {

    private final Budget budget;
    // Guarded by this.
    private LocalDate day;
    private long ofDay;
    private long ofAllDays;
    private boolean settled;

    Reservation(Budget budget, LocalDate day, int characters) {
        this.budget = budget;
        this.day = day;
        this.ofDay = characters;
        this.ofAllDays = characters;
    }

    /**
     * Reserves more, for text that comes bit by bit. Does nothing after the end.
     *
     * @throws RefusedException if fewer are left; what was reserved before still is
     */
    public synchronized void add(int characters) {
        if (settled || characters == 0) {
            return;
        }
        LocalDate today = budget.use(characters);
        // What was reserved before midnight stays in its day.
        ofDay = today.equals(day) ? ofDay + characters : characters;
        ofAllDays += characters;
        day = today;
    }

    /** Begins an utterance and follows it to its end; if it cannot begin, all is given back. */
    public <P extends Playback> P follow(Supplier<P> speech) {
        try {
            P playback = speech.get();
            playback.result().whenComplete((done, failure) -> settle(playback, done));
            return playback;
        } catch (RuntimeException | Error e) {
            settle(0);
            throw e;
        }
    }

    private void settle(Playback playback, SpeechEvent.@Nullable Done done) {
        if (!playback.isBilled() || (done == null && !playback.hasAudio())) {
            settle(0);
        } else if (done != null && done.characters() > 0) {
            settle(done.characters());
        } else {
            // What broke off has been paid for, and a model that is billed by tokens tells no characters.
            keep();
        }
    }

    private synchronized void keep() {
        settled = true;
    }

    private synchronized void settle(int billed) {
        if (!settled) {
            settled = true;
            budget.correct(day, Math.max(billed - ofAllDays, -ofDay));
        }
    }
}
