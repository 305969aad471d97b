package dev.warmvoice.dashscope;

import dev.warmvoice.dashscope.TaskFailedException.Part;
import dev.warmvoice.dashscope.TaskFailedException.Reason;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
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

    /** Codes of an account that lacks a right, money, or a valid key. */
    private static final List<String> ACCOUNT = List.of("AllocationQuota", "Arrearage", "Access", "Workspace",
            "InvalidApiKey");
    /** "Engine return error code: 418" and "Engine error [411]: …": 411 and 418 are the voice, 428 the instructions. */
    private static final Pattern ENGINE_ERROR = Pattern
            .compile("Engine (?:return error code: |error \\[)(411|418|428)\\b");
    private static final String INSTRUCTION_REFUSED = "428";
    private static final Map<String, Part> WORDS = Map.of("ensure input text is valid", Part.TEXT,
            "Request voice is invalid", Part.VOICE, "SSML text is not supported", Part.SSML);

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
        String failure = "The service failed the task with " + known + ".";
        if (reason != Reason.REJECTED) {
            return new TaskFailedException(reason, known, failure);
        }
        return isOfAccount(known)
                ? new TaskFailedException(reason, known, failure + remedy(known))
                : TaskFailedException.rejected(part(known, message), known, failure);
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
        if (words.startsWith("Access denied")) {
            return new TaskFailedException(Reason.REJECTED,
                    closed + " It refuses the request: the account may not use the model or the workspace.");
        }
        return TaskFailedException.rejected(part("", words), null, closed + " It refuses the request.");
    }

    /** Whether only the operator can help, and no other request would fare better. */
    private static boolean isOfAccount(String code) {
        return ACCOUNT.stream().anyMatch(code::contains);
    }

    /** Which part of the request the service means, as far as its words are known. */
    private static Part part(String code, String words) {
        Matcher engine = ENGINE_ERROR.matcher(words);
        if (engine.find()) {
            return engine.group(1).equals(INSTRUCTION_REFUSED) ? Part.INSTRUCTIONS : Part.VOICE;
        }
        if (code.startsWith("DataInspection")) {
            return Part.CONTENT;
        }
        if (code.startsWith("Model") || words.startsWith("Model not ")) {
            return Part.MODEL;
        }
        return WORDS.entrySet().stream().filter(known -> words.contains(known.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse(Part.OTHER);
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
}
