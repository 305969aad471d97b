package dev.warmvoice.pool;

import java.time.Duration;

/** There was no place for a request in time. */
public final class PoolExhaustedException extends Exception {

    private static final long serialVersionUID = 1;

    private final String message;
    private final transient Duration retryAfter;

    /** @param message for the client */
    public PoolExhaustedException(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.message = message;
        this.retryAfter = retryAfter;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** When another try makes sense. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
