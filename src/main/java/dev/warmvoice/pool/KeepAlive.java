package dev.warmvoice.pool;

import dev.warmvoice.time.Heartbeat;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Decides which idle connections are pinged, and learns whether the service answers pings and whether they prolong a
 * connection. The published sources are not certain about either. Guarded by the lock of
 * {@link ConnectionSupply}; {@link #prolongs} and {@link #ping} may be called by any thread.
 */
final class KeepAlive {

    private static final Logger LOG = Logger.getLogger(KeepAlive.class);

    /** From Europe to Singapore the service answers a message within 0.26 s. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
    /** The service closes a connection 60 to 61 s after its latest task. */
    private static final long IDLE_CLOSE_FROM_NANOS = Duration.ofSeconds(59).toNanos();
    private static final long IDLE_CLOSE_UNTIL_NANOS = Duration.ofSeconds(64).toNanos();

    private final long intervalNanos;
    private final Heartbeat heartbeat;
    private boolean answers;
    private volatile Prolongs prolongs = Prolongs.UNKNOWN;

    /** Whether a connection that is pinged is closed later than one that is not. */
    enum Prolongs {
        UNKNOWN,
        NO,
        YES
    }

    /** @param interval how often to ping what is idle; 0 for never */
    KeepAlive(Duration interval, Heartbeat heartbeat) {
        this.intervalNanos = interval.toNanos();
        this.heartbeat = heartbeat;
    }

    Prolongs prolongs() {
        return prolongs;
    }

    /** Whether one connection should be kept past its time, to see whether pings prolong it. */
    boolean isCurious() {
        return intervalNanos > 0 && answers && prolongs == Prolongs.UNKNOWN;
    }

    /** Whether to ping the connection now. */
    boolean isDue(PooledConnection idle, boolean suspected) {
        boolean regular = intervalNanos > 0 && heartbeat.beat() - idle.pinged() >= intervalNanos;
        return !idle.awaitsPong() && (suspected || regular);
    }

    /** Whether the connection does not answer although the service does. */
    boolean isSilent(PooledConnection idle) {
        long since = Math.max(idle.pinged(), heartbeat.resumed());
        return answers && idle.awaitsPong() && heartbeat.beat() - since >= PATIENCE_NANOS;
    }

    /**
     * Pings a connection.
     *
     * @param answered runs when the answer has come, if it does
     */
    void ping(PooledConnection idle, Runnable answered) {
        idle.ping(heartbeat.beat());
        idle.connection().ping(() -> {
            idle.pong();
            answered.run();
        });
    }

    /** The service has answered a ping. */
    void answered(PooledConnection connection) {
        answers = true;
        if (isObserved(connection) && connection.lastProven() - connection.lastUsed() > IDLE_CLOSE_UNTIL_NANOS) {
            learn(Prolongs.YES,
                    "Pings keep connections open: the service closes them later than a minute after their last task");
        }
    }

    /** The service has closed an idle connection. */
    void closed(PooledConnection connection) {
        long age = heartbeat.beat() - connection.lastUsed();
        boolean pinged = connection.lastProven() - connection.lastUsed() > Duration.ofSeconds(30).toNanos();
        if (isObserved(connection) && pinged && age > IDLE_CLOSE_FROM_NANOS && age < IDLE_CLOSE_UNTIL_NANOS) {
            learn(Prolongs.NO,
                    "Pings do not keep connections open: the service closes them a minute after their last task");
        }
    }

    /** Whether its age is certain: a clock that was set looks like a suspension, and makes everything older. */
    private boolean isObserved(PooledConnection connection) {
        return heartbeat.resumed() < connection.lastUsed();
    }

    private void learn(Prolongs learned, String message) {
        if (prolongs != learned) {
            LOG.info(message);
            prolongs = learned;
        }
    }
}
