package dev.warmvoice.faults;

/**
 * What becomes of a request under a fault.
 *
 * @param kind how far it gets
 * @param status of the answer in HTTP, where nothing has been answered yet; 0 if it is served
 * @param code of the error; empty if it is served
 */
public record ExpectedOutcome(Kind kind, int status, String code) {

    public enum Kind {
        /** With one task. */
        SERVED,
        /** With a second task, on a new connection. */
        SERVED_BY_RETRY,
        /** With one task, or with two: the connection's end may or may not be known when the first begins. */
        SERVED_EITHER_WAY,
        /** There is no audio. */
        REFUSED,
        /** There is audio, and then no more of it; there has been one task. */
        BROKEN_OFF,
        /** The same right after the first frame, which the client hears of or does not. */
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

    /** Whether it takes so many tasks. */
    boolean takes(int tasks) {
        return switch (kind) {
            case SERVED, BROKEN_OFF, BROKEN_OFF_AT_ONCE -> tasks == 1;
            case SERVED_BY_RETRY -> tasks == 2;
            case SERVED_EITHER_WAY -> tasks == 1 || tasks == 2;
            // A throttled one is tried again for as long as a request may wait.
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
