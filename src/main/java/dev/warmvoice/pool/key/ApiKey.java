package dev.warmvoice.pool.key;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of the account.
 *
 * @param value visible ASCII
 * @param expiresAt when the service stops accepting it, or null if that is not known
 */
record ApiKey(String value, @Nullable Instant expiresAt) {

    /** Leaves the value out: records are logged. */
    @Override
    public String toString() {
        return "ApiKey[expires " + expiresAt + "]";
    }
}
