package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import java.time.Duration;

/** Decides by age whether a connection can be relied on. Thread-safe. */
final class Freshness {

    /** The service closes a connection 60 s after its latest task ({@code 1000 Bye}); one second of margin. */
    private static final long IDLE_CLOSE_NANOS = Duration.ofSeconds(61).toNanos();

    /** How long a connection has to answer a ping before it is replaced. */
    private static final long PING_NANOS = Duration.ofSeconds(1).toNanos();

    /** After a suspension a process that runs this long is assumed to keep running. */
    private static final long STAY_NANOS = Duration.ofSeconds(10).toNanos();

    /** A connection that closes within this time of its handshake counts as refused. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(1);

    private final Heartbeat heartbeat;
    private final long maxIdleNanos;
    private final KeepAlive keepAlive;
    /** Connections last proven before this time are in doubt; see {@link #distrustUnusedSince}. */
    private volatile long trustedSince = Long.MIN_VALUE;

    Freshness(Heartbeat heartbeat, Duration maxIdle, KeepAlive keepAlive) {
        this.heartbeat = heartbeat;
        this.keepAlive = keepAlive;
        this.maxIdleNanos = maxIdle.toNanos();
    }

    /** Whether the connection is proven; otherwise it is in doubt, and may still be good. */
    boolean isProven(PooledConnection connection) {
        return idle(connection) < maxIdleNanos && !isKnownSuspect(connection);
    }

    /** Whether the connection is in doubt for another reason than its age: a suspension, or a silent sibling. */
    boolean isSuspected(PooledConnection connection) {
        heartbeat.beat();
        return isKnownSuspect(connection);
    }

    /** The same as of the latest beat. */
    private boolean isKnownSuspect(PooledConnection connection) {
        return connection.lastProven() < Math.max(heartbeat.resumed(), trustedSince);
    }

    /** Whether the service must have closed the connection by now. */
    boolean isExpired(PooledConnection connection) {
        return idle(connection) >= IDLE_CLOSE_NANOS;
    }

    /**
     * Whether the connection should be replaced before a request needs it. Connections that grew old while the process
     * was suspended are not, for a while: on a host that thaws the process for each request, that would cost a handshake
     * each time.
     */
    boolean isDue(PooledConnection connection) {
        boolean old = idle(connection) >= maxIdleNanos * connection.renewalFraction();
        long resumed = heartbeat.resumed();
        boolean stays = connection.lastUsed() >= resumed || heartbeat.beat() - resumed >= STAY_NANOS;
        return isDistrusted(connection) || (old && stays);
    }

    /** Whether a sibling was silent, and the connection has not answered since then, or may still do so. */
    private boolean isDistrusted(PooledConnection connection) {
        boolean mayAnswer = connection.awaitsPong() && heartbeat.beat() - connection.pinged() < PING_NANOS;
        return connection.lastProven() < trustedSince && !mayAnswer;
    }

    /** The time for which the service has counted the connection as idle, in nanoseconds. */
    private long idle(PooledConnection connection) {
        boolean pingsCount = keepAlive.prolongs() == KeepAlive.Prolongs.YES;
        return heartbeat.beat()
                - (pingsCount ? Math.max(connection.lastUsed(), connection.lastProven()) : connection.lastUsed());
    }

    /** Whether no task has finished on the connection, and it was opened a moment ago. */
    boolean isShortLived(PooledConnection connection) {
        return connection.lastUsed() <= connection.opened()
                && heartbeat.beat() - connection.opened() < SHORT_LIFE.toNanos();
    }

    /** Puts all connections in doubt that nothing has proven since then, because one of them was silent. */
    void distrustUnusedSince(Duration ago) {
        trustedSince = heartbeat.beat() - ago.toNanos();
    }
}
