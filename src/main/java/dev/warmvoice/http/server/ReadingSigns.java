package dev.warmvoice.http.server;

import dev.warmvoice.http.server.KernelQueues.Untaken;
import java.time.Duration;

/** Tells from what waits for a client, as seen now and again, whether it reads. Not thread-safe. */
final class ReadingSigns {

    /**
     * A client on another machine may be reading for this long while nothing shows: its kernel acknowledges at once, and
     * then takes no more until a lump has been read, of up to 133 kB where it was measured, at 2 kB/s for opus at
     * 16 kbit/s.
     */
    static final Duration UNSEEN = Duration.ofSeconds(70);

    private long lastSign;
    private long untaken;

    /** @param lastSent when the client was last sent something that takes time to read */
    ReadingSigns(long lastSent) {
        lastSign = lastSent;
    }

    /**
     * Whether the client has read since the last time, or may have.
     *
     * @param waiting bytes that the kernel has not taken yet
     * @param now as for the constructor, in nanoseconds
     */
    boolean isReading(long waiting, Untaken inKernel, long now) {
        long before = untaken;
        untaken = waiting + inKernel.bytes();
        if (untaken < before) {
            lastSign = now;
            return true;
        }
        return !inKernel.exact() && now - lastSign < UNSEEN.toNanos();
    }
}
