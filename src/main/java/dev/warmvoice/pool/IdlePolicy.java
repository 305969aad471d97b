package dev.warmvoice.pool;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges idle connections: whether to use, ping or replace them. One of them, the probe, is not replaced in time, to see
 * whether pings keep it open. Guarded by the lock of {@link ConnectionSupply}.
 */
final class IdlePolicy {

    private final Freshness freshness;
    private final KeepAlive keepAlive;
    private final ConnectionOpener opener;
    /** Null for none. */
    private @Nullable PooledConnection probe;

    IdlePolicy(Freshness freshness, KeepAlive keepAlive, ConnectionOpener opener) {
        this.freshness = freshness;
        this.keepAlive = keepAlive;
        this.opener = opener;
    }

    /** Why an idle connection is of no use; empty if it may be. */
    Optional<String> unusable(PooledConnection idle) {
        return unusable(idle, idle == probe);
    }

    /** The same for a connection that a request would get. A probe is kept past its time, but no request takes it then. */
    Optional<String> unusableForRequest(PooledConnection idle) {
        return unusable(idle, false);
    }

    private Optional<String> unusable(PooledConnection idle, boolean mayBeExpired) {
        Optional<String> reason = reason(idle, mayBeExpired);
        if (reason.isPresent()) {
            forget(idle);
        }
        return reason;
    }

    private Optional<String> reason(PooledConnection idle, boolean mayBeExpired) {
        if (!idle.connection().isOpen()) {
            closed(idle);
            keepAlive.closed(idle);
            return Optional.of("closed");
        }
        if (keepAlive.isSilent(idle)) {
            return Optional.of("silent");
        }
        return !mayBeExpired && freshness.isExpired(idle) ? Optional.of("stale") : Optional.empty();
    }

    /** Whether an idle connection should be replaced before a request needs it. */
    boolean isToBeReplaced(PooledConnection idle) {
        return hasOldKey(idle) || (idle != probe && freshness.isDue(idle));
    }

    /**
     * Whether the connection was opened with a key that has been replaced. It still works, but the vendor does not say
     * until when: an idle one is replaced, a lent one is closed when it comes back.
     */
    boolean hasOldKey(PooledConnection connection) {
        return connection.connection().hasOldKey();
    }

    boolean isToBePinged(PooledConnection idle) {
        return keepAlive.isDue(idle, freshness.isSuspected(idle));
    }

    /** Backs off if the service closed a connection right after its handshake. */
    void closed(PooledConnection connection) {
        if (freshness.isShortLived(connection)) {
            opener.shortLived();
        }
    }

    /** Keeps the first connection that would be replaced, if it is not the only one. */
    void chooseProbe(IdleConnections connections) {
        if (!keepAlive.isCurious()) {
            probe = null;
        } else if (probe == null && connections.idle() > 1) {
            probe = connections.firstIdle(freshness::isDue).orElse(null);
        }
    }

    /** A connection is lent, or gone. */
    void forget(PooledConnection connection) {
        probe = connection == probe ? null : probe;
    }

    /** All idle connections are gone. */
    void forgetAll() {
        probe = null;
    }
}
