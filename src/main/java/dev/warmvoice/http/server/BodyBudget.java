package dev.warmvoice.http.server;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Bounds the memory that the request bodies and unfinished live messages of all connections take together: at most an
 * eighth of the heap, since there are about four copies of a body while it is read and parsed. Thread-safe.
 */
@Singleton
public class BodyBudget {

    private static final int SHARE_OF_HEAP = 8;

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    BodyBudget(@ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
        this.maxBytes = Math.max(maxBody.asLongValue(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** The bound, in bytes. */
    public long max() {
        return maxBytes;
    }

    /** Whether this number of bytes fits at the moment. */
    boolean hasRoomFor(long bytes) {
        return held.get() + bytes <= maxBytes;
    }

    /** A new share, of 0 bytes, for one request or socket. */
    public Share share() {
        return new Share();
    }

    /** The bytes that one request or socket holds. One thread at a time, except for {@link #close}. */
    public final class Share implements AutoCloseable {

        private final AtomicLong bytes = new AtomicLong();

        /** Adds bytes to the share; returns false and adds none if they do not fit. */
        public boolean take(int more) {
            if (held.addAndGet(more) > maxBytes) {
                held.addAndGet(-more);
                return false;
            }
            bytes.addAndGet(more);
            return true;
        }

        /** Gives all bytes back. Thread-safe and idempotent. */
        @Override
        public void close() {
            held.addAndGet(-bytes.getAndSet(0));
        }
    }
}
