package dev.warmvoice.pool;

import dev.warmvoice.dashscope.TaskFailedException;

/** Receives the outcome of a {@link LeaseRequest}: exactly one call, or none if it was cancelled. Must not block. */
public interface LeaseListener {

    /**
     * There is a connection.
     *
     * @param lease the connection, to be ended by the receiver
     */
    void leased(Lease lease);

    /**
     * There was no place.
     *
     * @param why not in time, or because too many requests were waiting
     */
    void refused(PoolExhaustedException why);

    /**
     * No connection could be opened.
     *
     * @param why not
     */
    void failed(TaskFailedException why);
}
