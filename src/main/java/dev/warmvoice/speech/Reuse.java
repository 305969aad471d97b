package dev.warmvoice.speech;

import java.time.Duration;
import java.util.Locale;

/**
 * How a speech came about where a cache is in use.
 *
 * @param age since the service completed it; zero for what is being spoken
 */
public record Reuse(Kind kind, Duration age) {

    /** Where it came from. */
    public enum Kind {

        /** The service speaks it for this request. */
        MISS,
        /** The service has spoken it before. */
        HIT,
        /** The service speaks it for another request that wants the same. */
        SHARED;

        /** As clients and metrics know it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
