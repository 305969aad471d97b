package dev.warmvoice.http;

/** A call that is turned away at the door, before any work is done for it. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ErrorResponse answer;

    RefusedException(ErrorResponse answer) {
        super(answer.body().error().message(), null, false, false);
        this.answer = answer;
    }

    ErrorResponse answer() {
        return answer;
    }
}
