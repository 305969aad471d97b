package dev.warmvoice.faults;

/**
 * The expected outcome of a request under a fault.
 *
 * @param kind how far the request gets
 * @param status the HTTP status if the fault precedes the answer; 0 if the request is served
 * @param code the error code; empty if the request is served
 */
public record ExpectedOutcome(Kind kind, int status, String code) {

    public enum Kind {
        /** Served with one task. */
        SERVED,
        /** Served with a second task, on a new connection. */
        SERVED_BY_RETRY,
        /** Served with one or two tasks: the pool may or may not know of the connection's end when the first begins. */
        SERVED_EITHER_WAY,
        /** Fails without audio. */
        REFUSED,
        /** Fails after some audio; one task. */
        BROKEN_OFF,
        /** Fails right after the first frame, which the client may or may not receive. */
        BROKEN_OFF_AT_ONCE
    }

    public static final ExpectedOutcome SERVED = new ExpectedOutcome(Kind.SERVED, 0, "");
    public static final ExpectedOutcome RETRIED = new ExpectedOutcome(Kind.SERVED_BY_RETRY, 0, "");
    public static final ExpectedOutcome EITHER_WAY = new ExpectedOutcome(Kind.SERVED_EITHER_WAY, 0, "");

    public static ExpectedOutcome refused(int status, String code) {
        return new ExpectedOutcome(Kind.REFUSED, status, code);
    }

    static ExpectedOutcome brokenOff(int status, String code) {
        return new ExpectedOutcome(Kind.BROKEN_OFF, status, code);
    }

    static ExpectedOutcome brokenOffAtOnce(int status, String code) {
        return new ExpectedOutcome(Kind.BROKEN_OFF_AT_ONCE, status, code);
    }

    boolean isServed() {
        return code.isEmpty();
    }

    /** Whether the outcome allows this number of tasks. */
    boolean takes(int tasks) {
        return switch (kind) {
            case SERVED, BROKEN_OFF, BROKEN_OFF_AT_ONCE -> tasks == 1;
            case SERVED_BY_RETRY -> tasks == 2;
            case SERVED_EITHER_WAY -> tasks == 1 || tasks == 2;
            // The pool retries a throttled task for as long as a request may wait.
            case REFUSED -> tasks <= (status == 429 ? 5 : 2);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SERVED -> "served";
            case SERVED_BY_RETRY -> "served by a second task";
            case SERVED_EITHER_WAY -> "served, by a second task or not";
            case REFUSED -> "error " + code;
            case BROKEN_OFF -> "broken off, " + code;
            case BROKEN_OFF_AT_ONCE -> "broken off at once, " + code;
        };
    }
}
