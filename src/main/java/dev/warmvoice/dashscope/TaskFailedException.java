package dev.warmvoice.dashscope;

import org.jspecify.annotations.Nullable;

/**
 * Why a connection could not be opened or a task did not finish. The message is ours and never contains the service's
 * words, since those may repeat the client's text.
 */
public final class TaskFailedException extends Exception {

    private static final long serialVersionUID = 1;

    /** What kind of failure it was, as far as it has to be handled on it differently. */
    public enum Reason {

        /** The service refused the key: HTTP 401 or 403 to the handshake. */
        UNAUTHORIZED,
        /** No connection: refused, unreachable, not answered in time, or answered with another status. */
        UNREACHABLE,
        /** The account submits more tasks than it may. */
        THROTTLED,
        /** The service took the connection for one with a task already running: it is spent, the request is not. */
        SPENT,
        /** The service refuses this request, and would do so again. */
        REJECTED,
        /** The service failed. */
        SERVICE,
        /** The service said something that its protocol does not allow. */
        PROTOCOL,
        /** The connection ended before the task did. */
        DISCONNECTED,
        /** No task-started in time. */
        NOT_STARTED,
        /** Ended by {@link Connection#cancel}. */
        CANCELLED;

        /** Whether the same task may succeed on a new connection. */
        public boolean isRetryable() {
            return switch (this) {
                case SPENT, SERVICE, PROTOCOL, DISCONNECTED, NOT_STARTED -> true;
                case UNAUTHORIZED, UNREACHABLE, THROTTLED, REJECTED, CANCELLED -> false;
            };
        }
    }

    /** The part of a request that the service rejects. */
    public enum Part {

        /** The text: nothing in it can be spoken. */
        TEXT,
        /** The text: the service's content inspection objects to it. */
        CONTENT,
        /** The text: the model or the voice takes no SSML. */
        SSML,
        /** The voice does not exist, or not for this model. */
        VOICE,
        /** The model does not exist. */
        MODEL,
        /** The instructions are too long, or the voice takes none. */
        INSTRUCTIONS,
        /** Something else in the request. */
        OTHER
    }

    private final String message;
    private final Reason reason;
    private final @Nullable String serviceCode;
    private final @Nullable Part rejected;

    private TaskFailedException(Reason reason, @Nullable String serviceCode, String message, @Nullable Part rejected) {
        super(message);
        this.message = message;
        this.reason = reason;
        this.serviceCode = serviceCode;
        this.rejected = rejected;
    }

    TaskFailedException(Reason reason, @Nullable String serviceCode, String message) {
        this(reason, serviceCode, message, null);
    }

    /**
     * A rejection that the request itself has caused.
     *
     * @param part what is rejected
     * @param serviceCode the service's error code; null where it sent none
     * @param message for logs and clients; must not contain the client's text or a secret
     */
    public static TaskFailedException rejected(Part part, @Nullable String serviceCode, String message) {
        return new TaskFailedException(Reason.REJECTED, serviceCode, message, part);
    }

    /**
     * A failure of which the service has sent no code.
     *
     * @param message for logs and clients; must not contain the client's text or a secret
     */
    public TaskFailedException(Reason reason, String message) {
        this(reason, null, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public Reason reason() {
        return reason;
    }

    /** The part of the request that caused a {@link Reason#REJECTED}; null if the account or something else did. */
    public @Nullable Part rejected() {
        return rejected;
    }

    /** Whether the account lacks a right, quota or money for the task, which another account may have. */
    public boolean isOfAccount() {
        return reason == Reason.REJECTED && rejected == null;
    }

    /** The service's error code such as {@code InvalidParameter}; null where the service sent none. */
    public @Nullable String serviceCode() {
        return serviceCode;
    }
}
