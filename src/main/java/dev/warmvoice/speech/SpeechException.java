package dev.warmvoice.speech;

import java.time.Duration;
import java.util.Optional;

/**
 * Why there is no speech, or no more of it, in words that may be shown to the caller: no text of his, no secret.
 */
public final class SpeechException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Kinds of failure, each with the code that callers see. */
    public enum Kind {

        /** The request breaks a rule; {@link #field} says which part of it. */
        INVALID("invalid_value"),
        /** Every connection is busy: worth another try after {@link #retryAfter}. */
        BUSY("busy"),
        /** The account submits more tasks than the service lets it: worth another try after {@link #retryAfter}. */
        THROTTLED("rate_limit_exceeded"),
        /** The service refuses the configured key. */
        UPSTREAM_AUTH("upstream_auth"),
        /** The service cannot be reached: worth another try after {@link #retryAfter}. */
        UPSTREAM_UNAVAILABLE("upstream_unavailable"),
        /** This process is about to end: worth another try, elsewhere, after {@link #retryAfter}. */
        SHUTTING_DOWN("shutting_down"),
        /** The service failed the task, or broke off. */
        UPSTREAM("upstream_error"),
        /** The service did not take the task in time. */
        START_TIMEOUT("start_timeout"),
        /** There was no audio in time. */
        FIRST_AUDIO_TIMEOUT("first_audio_timeout"),
        /** The audio stood still for too long. */
        STALL_TIMEOUT("stall_timeout"),
        /** The text stopped coming. */
        TEXT_TIMEOUT("text_timeout"),
        /** The caller left. */
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
    private final String field;
    private final transient Duration retryAfter;

    private SpeechException(Kind kind, String code, String message, String field, Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    SpeechException(Kind kind, String message) {
        this(kind, kind.code(), message, null, null);
    }

    /**
     * @param field the offending field's name
     * @param message names the field and its bound
     */
    public static SpeechException invalid(String field, String message) {
        return new SpeechException(Kind.INVALID, Kind.INVALID.code(), message, field, null);
    }

    static SpeechException later(Kind kind, String message, Duration retryAfter) {
        return new SpeechException(kind, kind.code(), message, null, retryAfter);
    }

    static SpeechException service(String code, String message) {
        return new SpeechException(Kind.UPSTREAM, code == null ? Kind.UPSTREAM.code() : code, message, null, null);
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
