package dev.warmvoice.host;

/** An event of Lambda is no request. */
public final class InvalidEventException extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    /** @param reason for the client */
    public InvalidEventException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** For the client. */
    @Override
    public String getMessage() {
        return reason;
    }
}
