package dev.warmvoice.http.error;

/** A call that is turned away at the door, before any work is done for it. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ErrorResponse answer;

    public RefusedException(ErrorResponse answer) {
        super(answer.body().error().message(), null, false, false);
        this.answer = answer;
    }

    public ErrorResponse answer() {
        return answer;
    }
}
