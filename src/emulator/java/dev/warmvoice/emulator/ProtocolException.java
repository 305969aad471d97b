package dev.warmvoice.emulator;

/** Becomes a task-failed event. Its message is the service's, where the service's is known. */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    /** More tasks in a second than the account may run. */
    static final String THROTTLED = "Throttling.RateQuota";

    private static final String INVALID_PARAMETER = "InvalidParameter";

    private final String code;

    ProtocolException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static ProtocolException invalidParameter(String message) {
        return new ProtocolException(INVALID_PARAMETER, message);
    }

    static ProtocolException invalidAction(String action) {
        return invalidParameter("Invalid action('" + action + "')! Please follow the protocol!");
    }

    static ProtocolException missing(String parameter) {
        return invalidParameter("Missing required parameter '" + parameter + "'! Please follow the protocol!");
    }

    /** @param number
     *            418 for the voice, 428 for the instruction */
    static ProtocolException engine(int number) {
        return invalidParameter("[cosyvoice:]Engine return error code: " + number);
    }

    static ProtocolException nothingToSpeak() {
        return invalidParameter("Please ensure input text is valid.");
    }

    static ProtocolException throttled() {
        return new ProtocolException(THROTTLED,
                "Requests rate limit exceeded, please try again later.");
    }

    static ProtocolException textTimeout() {
        return new ProtocolException("CLIENT_ERROR", "request timeout after 23 seconds.");
    }

    static ProtocolException internal() {
        return new ProtocolException("InternalError", "The emulator could not speak this text.");
    }

    String code() {
        return code;
    }
}
