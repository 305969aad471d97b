package dev.warmvoice.http.auth;

import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The characters that a client may have spoken in a day, which begins at midnight UTC. Thread-safe. */
final class Budget {

    /** No max. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private final long perDay;
    private final InstantSource clock;
    // Guarded by this.
    private LocalDate day = LocalDate.MIN;
    private long used;

    /** @param perDay max characters a day, or {@link #UNLIMITED} */
    Budget(long perDay, InstantSource clock) {
        this.perDay = perDay;
        this.clock = clock;
    }

    static Budget unlimited() {
        return new Budget(UNLIMITED, InstantSource.system());
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
    synchronized LocalDate use(int characters) {
        Instant now = clock.instant();
        turnTo(dayOf(now));
        if (characters > perDay - used || used >= perDay) {
            throw new RefusedException(ErrorResponse.insufficientQuota(perDay, Math.max(0, perDay - used),
                    Duration.between(now, day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant())));
        }
        used += characters;
        return day;
    }

    /**
     * Corrects what was counted; the service may have counted more than there was.
     *
     * @param counted the day of what is corrected; does nothing if that is over
     */
    synchronized void correct(LocalDate counted, long by) {
        turnTo(dayOf(clock.instant()));
        if (day.equals(counted)) {
            used = Math.max(0, used + by);
        }
    }

    /** A clock that is set back does not give a used day again. */
    private void turnTo(LocalDate today) {
        if (today.isAfter(day)) {
            day = today;
            used = 0;
        }
    }

    private static LocalDate dayOf(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }
}
