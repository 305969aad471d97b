package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Connection;
import java.time.Duration;

/**
 * A connection and what decides whether it is still good. Times are in terms of
 * {@link dev.warmvoice.time.Heartbeat#beat}. Used by one thread at a time, under the lock of {@link ConnectionSupply} or
 * by the one borrower.
 */
final class PooledConnection {

    /**
     * What is noticed may have happened so long before: after a suspension reader threads were measured to need up to
     * 20 ms.
     */
    private static final long READER_LAG_NANOS = Duration.ofMillis(25).toNanos();

    private final Connection connection;
    private final long opened;
    private final Duration handshake;
    private final double renewalFraction;
    private volatile long lastUsed;
    private volatile long lastProven;
    private volatile long pinged;
    private volatile boolean awaitsPong;

    /**
     * @param proven when the service answered the handshake, at the latest
     * @param opened when the answer was noticed
     * @param handshake how long that took
     * @param renewalFraction the part of {@code max-idle} after which it is replaced; varies, so that connections of the
     *            same age are not all replaced at once
     */
    PooledConnection(Connection connection, long proven, long opened, Duration handshake, double renewalFraction) {
        this.connection = connection;
        this.opened = opened;
        this.handshake = handshake;
        this.lastUsed = proven;
        this.lastProven = opened - handshake.toNanos();
        this.pinged = opened;
        this.renewalFraction = renewalFraction;
    }

    Connection connection() {
        return connection;
    }

    /** When its handshake was over. */
    long opened() {
        return opened;
    }

    Duration handshake() {
        return handshake;
    }

    /** When its handshake was answered or its latest task finished: the service closes it a minute later. */
    long lastUsed() {
        return lastUsed;
    }

    /** When something last proved that the connection works. */
    long lastProven() {
        return lastProven;
    }

    /** A task has finished on it at that time. */
    void used(long now) {
        lastUsed = now;
        proven(now - READER_LAG_NANOS);
    }

    /** The service has answered something that was sent at that time or after it. */
    void proven(long at) {
        lastProven = Math.max(lastProven, at);
    }

    /** A ping is sent at that time. */
    void ping(long now) {
        pinged = now;
        awaitsPong = true;
    }

    /** The latest ping has been answered. */
    void pong() {
        awaitsPong = false;
        proven(pinged);
    }

    /** When the latest ping was sent, or else the connection opened. */
    long pinged() {
        return pinged;
    }

    boolean awaitsPong() {
        return awaitsPong;
    }

    double renewalFraction() {
        return renewalFraction;
    }
}
