package dev.warmvoice.host.streaming;

import io.vertx.core.buffer.Buffer;

/**
 * An event that waits for its answer.
 *
 * @param id of the request, as Lambda has it
 * @param deadlineMillis until when Lambda waits for the end of the answer, since the epoch
 * @param event JSON of any kind
 */
record Invocation(String id, long deadlineMillis, Buffer event) {

    /** Omits the event, which has the client's text and token. */
    @Override
    public String toString() {
        return id;
    }
}
