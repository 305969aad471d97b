package dev.warmvoice.dashscope;

import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Classifies what the service says when it fails a task. Its words are read here and go no further, since they may repeat
 * the client's text; its code does go further, if it looks like one.
 */
final class FailureReasons {

    private static final Pattern CODE = Pattern.compile("[\\w.-]{1,64}");
    private static final String UNKNOWN = "unknown";
    private static final int INVALID_PAYLOAD = 1007;
    private static final String INVALID_ACTION = "Invalid action";
    private static final List<String> REJECTED = List.of("Invalid", "DataInspection", "Access", "AllocationQuota",
            "Arrearage", "BadRequest", "Workspace", "Model");
    /** Begin like a code of {@link #REJECTED}, but come with "please try again later". */
    private static final List<String> TEMPORARY = List.of("ModelUnavailable", "ModelServ");
    /** Names like a rate's, but it takes more than a second until it is over. */
    private static final String QUOTA = "Throttling.AllocationQuota";

    private FailureReasons() {
    }

    /**
     * A task-failed event.
     *
     * @param code the event's error code
     * @param message the event's error message
     */
    static TaskFailedException ofEvent(String code, String message) {
        String known = CODE.matcher(code).matches() ? code : UNKNOWN;
        Reason reason = reason(known, message);
        String remedy = reason == Reason.REJECTED ? remedy(known) : "";
        return new TaskFailedException(reason, known, "The service failed the task with " + known + "." + remedy);
    }

    /**
     * A close frame that was not asked for.
     *
     * @param code the WebSocket close code
     * @param words the close reason; the service explains 1007 there, and sends no task-failed
     */
    static TaskFailedException ofClose(int code, String words) {
        String closed = "The service closed the connection with code " + code + ".";
        if (code != INVALID_PAYLOAD) {
            return new TaskFailedException(Reason.DISCONNECTED, closed);
        }
        if (words.contains(INVALID_ACTION)) {
            return new TaskFailedException(Reason.SPENT, closed);
        }
        return new TaskFailedException(Reason.REJECTED, closed + " It refuses the request" + cause(words) + ".");
    }

    private static Reason reason(String code, String message) {
        if (message.contains(INVALID_ACTION)) {
            return Reason.SPENT;
        }
        if (code.equals(QUOTA)) {
            return Reason.REJECTED;
        }
        if (code.startsWith("Throttling")) {
            return Reason.THROTTLED;
        }
        return startsWithOneOf(REJECTED, code) && !startsWithOneOf(TEMPORARY, code)
                ? Reason.REJECTED
                : Reason.SERVICE;
    }

    private static boolean startsWithOneOf(List<String> prefixes, String code) {
        return prefixes.stream().anyMatch(code::startsWith);
    }

    /** What the operator has to do, where only they can help. */
    private static String remedy(String code) {
        if (code.equals("AllocationQuota.FreeTierOnly")) {
            return " The model's free quota is used up: the operator must turn off \"free tier only\" in the console of Model Studio.";
        }
        if (code.equals("Arrearage")) {
            return " The account has an overdue payment: the operator must settle it with Alibaba Cloud.";
        }
        if (code.contains("AllocationQuota")) {
            return " The account's quota is used up: the operator must raise it in the console of Model Studio.";
        }
        return "";
    }

    private static String cause(String words) {
        if (words.startsWith("Model not found")) {
            return ": it does not know the model";
        }
        return words.startsWith("Access denied") ? ": the account may not use the model or the workspace" : "";
    }
}
