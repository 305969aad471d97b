package dev.warmvoice.emulator;

/** Becomes a task-failed event. Its message is the service's, where the service's is known. */
final class TaskFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** More tasks in a second than the account may run. */
    static final String THROTTLED = "Throttling.RateQuota";

    private static final String INVALID_PARAMETER = "InvalidParameter";

    private final String code;

    TaskFailedException(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static TaskFailedException invalidParameter(String message) {
        return new TaskFailedException(INVALID_PARAMETER, message);
    }

    static TaskFailedException invalidAction(String action) {
        return invalidParameter("Invalid action('" + action + "')! Please follow the protocol!");
    }

    static TaskFailedException missing(String parameter) {
        return invalidParameter("Missing required parameter '" + parameter + "'! Please follow the protocol!");
    }

    /** @param number
     *            418 for the voice, 428 for the instruction */
    static TaskFailedException engine(int number) {
        return invalidParameter("[cosyvoice:]Engine return error code: " + number);
    }

    static TaskFailedException nothingToSpeak() {
        return invalidParameter("Please ensure input text is valid.");
    }

    static TaskFailedException throttled() {
        return new TaskFailedException(THROTTLED,
                "Requests rate limit exceeded, please try again later.");
    }

    static TaskFailedException textTimeout() {
        return new TaskFailedException("CLIENT_ERROR", "request timeout after 23 seconds.");
    }

    static TaskFailedException internal() {
        return new TaskFailedException("InternalError", "The emulator could not speak this text.");
    }

    String code() {
        return code;
    }
}
