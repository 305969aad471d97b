package dev.warmvoice.pool.key;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A source whose next key, or failure, is set by a test. */
final class ManualKeySource implements KeySource {

    static final String FAILURE = "the-setting gives nothing.";

    private ApiKey next;
    private int reads;

    ManualKeySource(ApiKey first) {
        next = first;
    }

    static ApiKey key(String value) {
        return new ApiKey(value, null);
    }

    /** @param wallNanos the time now */
    static ApiKey expiring(String value, long wallNanos, Duration lifetime) {
        return new ApiKey(value, Instant.ofEpochSecond(TimeUnit.NANOSECONDS.toSeconds(wallNanos)).plus(lifetime));
    }

    void give(ApiKey key) {
        next = key;
    }

    void fail() {
        next = null;
    }

    int reads() {
        return reads;
    }

    @Override
    public ApiKey read() throws KeyUnavailableException {
        reads++;
        if (next == null) {
            throw new KeyUnavailableException(FAILURE);
        }
        return next;
    }
}
