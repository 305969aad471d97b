package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The characters that a client may have spoken in a day, which begins at midnight UTC. What other instances have used is
 * known a round trip later: what they begin at the same moment can exceed the max. Thread-safe, does not block.
 */
final class Budget {

    /** No max. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private final long perDay;
    private final InstantSource clock;
    private final @Nullable SharedUsage shared;
    // Guarded by this.
    private LocalDate day = LocalDate.MIN;
    private long used;
    /** What of {@link #used} the others know. */
    private long told;
    private long usedByOthers;

    /**
     * A budget of which nothing is used.
     *
     * @param perDay max characters a day, or {@link #UNLIMITED}
     * @param shared where all instances count; null if this one is alone
     */
    Budget(long perDay, InstantSource clock, @Nullable SharedUsage shared) {
        this.perDay = perDay;
        this.clock = clock;
        this.shared = shared;
    }

    static Budget unlimited() {
        return new Budget(UNLIMITED, InstantSource.system(), null);
    }

    /** Asks what other instances have used today. */
    void begin() {
        tell(turn(clock.instant()));
    }

    /**
     * Reserves characters of today.
     *
     * @throws RefusedException if fewer are left
     */
    Reservation reserve(int characters) {
        return new Reservation(this, use(characters), characters);
    }

    /**
     * Counts characters as used.
     *
     * @return the day that they count in
     * @throws RefusedException if fewer are left
     */
    LocalDate use(int characters) {
        Instant now = clock.instant();
        LocalDate today = turn(now);
        synchronized (this) {
            long left = perDay - used - usedByOthers;
            if (characters > left || left <= 0) {
                throw new RefusedException(ErrorResponse.insufficientQuota(perDay, Math.max(0, left),
                        Duration.between(now, today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant())));
            }
            used += characters;
        }
        tell(today);
        return today;
    }

    /**
     * Corrects what was counted; the service may have counted more than there was.
     *
     * @param counted the day of what is corrected; does nothing if that is over
     */
    void correct(LocalDate counted, long by) {
        LocalDate today = turn(clock.instant());
        if (today.equals(counted)) {
            synchronized (this) {
                used = Math.max(0, used + by);
            }
            tell(today);
        }
    }

    /** A clock that is set back does not give a used day again. */
    private synchronized LocalDate turn(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (today.isAfter(day)) {
            day = today;
            used = 0;
            told = 0;
            usedByOthers = 0;
        }
        return day;
    }

    /** What cannot be told now is told with the next. */
    private void tell(LocalDate today) {
        if (shared == null) {
            return;
        }
        long news;
        synchronized (this) {
            news = used - told;
            told = used;
        }
        shared.add(today, news).whenComplete((total, failure) -> told(today, news, total));
    }

    /** @param total null if it could not be told */
    private synchronized void told(LocalDate then, long news, @Nullable Long total) {
        if (!day.equals(then)) {
            return;
        }
        if (total == null) {
            told -= news;
        } else {
            usedByOthers = Math.max(0, total - told);
        }
    }
}
