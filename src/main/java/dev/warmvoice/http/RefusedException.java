package dev.warmvoice.http;

/** A call that is turned away at the door, before any work is done for it. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ErrorAnswer answer;

    RefusedException(ErrorAnswer answer) {
        super(answer.body().error().message(), null, false, false);
        this.answer = answer;
    }

    ErrorAnswer answer() {
        return answer;
    }
}
