package dev.warmvoice.speech;

import dev.warmvoice.dashscope.TaskFailedException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no speech, or no more of it. The message may be shown to the client: it holds no text and no secret.
 */
public final class SpeechException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final Duration UNAVAILABLE_RETRY = Duration.ofSeconds(5);
    private static final Duration THROTTLED_RETRY = Duration.ofSeconds(1);

    /** Kinds of failure, each with its code in the API. */
    public enum Kind {

        /** The request breaks a rule; {@link #field} says which part of it. */
        INVALID("invalid_value"),
        /** The service does not know the model. */
        UNKNOWN_MODEL("model_not_found"),
        /** Every connection is busy: worth another try after {@link #retryAfter}. */
        BUSY("busy"),
        /** The rate limit of the account is reached: worth another try after {@link #retryAfter}. */
        THROTTLED("rate_limit_exceeded"),
        /** The service refuses the configured key. */
        UPSTREAM_AUTH("upstream_auth"),
        /** The service cannot be reached: worth another try after {@link #retryAfter}. */
        UPSTREAM_UNAVAILABLE("upstream_unavailable"),
        /** This process is about to end: worth another try, elsewhere, after {@link #retryAfter}. */
        SHUTTING_DOWN("shutting_down"),
        /** The service failed the task, or broke off. */
        UPSTREAM("upstream_error"),
        /** The service did not start the task in time. */
        START_TIMEOUT("start_timeout"),
        /** There was no audio in time. */
        FIRST_AUDIO_TIMEOUT("first_audio_timeout"),
        /** No more audio came, or was read, in time. */
        STALL_TIMEOUT("stall_timeout"),
        /** The client sent no more text in time, and no finish. */
        TEXT_TIMEOUT("text_timeout"),
        /** The client left. */
        CANCELLED("cancelled");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    private final Kind kind;
    private final String code;
    private final String message;
    private final @Nullable String field;
    private final transient @Nullable Duration retryAfter;

    private SpeechException(Kind kind, String code, String message, @Nullable String field,
            @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.message = message;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    /** One that neither names a field nor says when to try again. */
    public SpeechException(Kind kind, String message) {
        this(kind, kind.code(), message, null, null);
    }

    /**
     * A request that breaks a rule.
     *
     * @param field the offending field's name; null if it is the request as a whole
     * @param message names the field and its bound
     */
    public static SpeechException invalid(@Nullable String field, String message) {
        return new SpeechException(Kind.INVALID, Kind.INVALID.code(), message, field, null);
    }

    static SpeechException later(Kind kind, String message, Duration retryAfter) {
        return new SpeechException(kind, kind.code(), message, null, retryAfter);
    }

    /**
     * What a failure below means for the client.
     *
     * @param textField the name of the field that has the text
     */
    static SpeechException of(TaskFailedException e, String textField) {
        return switch (e.reason()) {
            case UNAUTHORIZED -> new SpeechException(Kind.UPSTREAM_AUTH, e.getMessage());
            case UNREACHABLE -> later(Kind.UPSTREAM_UNAVAILABLE, e.getMessage(), UNAVAILABLE_RETRY);
            case THROTTLED -> later(Kind.THROTTLED,
                    "The service refused the task: the account's task rate is exceeded.", THROTTLED_RETRY);
            case NOT_STARTED -> new SpeechException(Kind.START_TIMEOUT, e.getMessage());
            case CANCELLED -> new SpeechException(Kind.CANCELLED, e.getMessage());
            case REJECTED -> rejected(e, textField);
            case SPENT, SERVICE, PROTOCOL, DISCONNECTED -> service(e.serviceCode(), e.getMessage());
        };
    }

    /** What a failure below means for a client that has had audio: the service has accepted the request by then. */
    static SpeechException afterAudio(TaskFailedException e) {
        return e.reason() == TaskFailedException.Reason.REJECTED
                ? service(e.serviceCode(), e.getMessage())
                : of(e, "");
    }

    private static SpeechException rejected(TaskFailedException e, String textField) {
        TaskFailedException.Part part = e.rejected();
        if (part == null) {
            return service(e.serviceCode(), e.getMessage());
        }
        return switch (part) {
            case TEXT -> invalid(textField, textField + " contains nothing that can be spoken.");
            case CONTENT -> invalid(textField, "The service's content inspection rejects " + textField + ".");
            case SSML -> invalid("ssml", "The model or the voice does not support SSML.");
            case VOICE -> invalid("voice",
                    "voice does not exist, or not for this model. GET /v1/audio/voices lists known voices.");
            case MODEL -> new SpeechException(Kind.UNKNOWN_MODEL, Kind.UNKNOWN_MODEL.code(),
                    "model does not exist, or not for this account. GET /v1/models lists known models.", "model", null);
            case INSTRUCTIONS -> invalid("instructions",
                    "instructions must be at most 100 characters (a Han character counts 2), and the voice must support"
                            + " them.");
            case OTHER -> new SpeechException(Kind.INVALID,
                    e.serviceCode() == null ? Kind.INVALID.code() : e.serviceCode(), e.getMessage(), null, null);
        };
    }

    static SpeechException service(@Nullable String code, String message) {
        return new SpeechException(Kind.UPSTREAM, code == null ? Kind.UPSTREAM.code() : code, message, null, null);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public Kind kind() {
        return kind;
    }

    /** The kind's code, or the service's own where it failed the task. */
    public String code() {
        return code;
    }

    /** The offending field of the request. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /** When another try makes sense. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
