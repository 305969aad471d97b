package dev.warmvoice.pool;

import dev.warmvoice.dashscope.TaskFailedException;

/** Receives the outcome of a {@link LeaseRequest}: exactly one call, or none if it was cancelled. Must not block. */
public interface LeaseListener {

    /** @param lease a connection, to be ended by the receiver */
    void leased(Lease lease);

    /** @param why there was no place in time, or too many requests were waiting */
    void refused(PoolExhaustedException why);

    /** @param why no connection could be opened */
    void failed(TaskFailedException why);
}
