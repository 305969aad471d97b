package dev.warmvoice.emulator;

/** Becomes a task-failed event. Its message is the service's, where the service's is known. */
final class TaskFailedException extends Exception {

    private static final long serialVersionUID = 1L;

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

    static TaskFailedException throttled() {
        return new TaskFailedException("Throttling.RateQuota",
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
