package dev.warmvoice.lambda;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One event and its outcome. */
public final class LambdaInvocation {

    /** How an invocation ended. */
    public enum Kind {
        RESPONSE,
        ERROR,
        /** A streamed answer that ended with an error. */
        BROKEN_OFF,
        /** The connection closed before the end of a streamed answer. */
        LOST,
        /** The answer exceeds the platform's limit. */
        TOO_LARGE,
        /** The function missed its deadline. */
        TIMEOUT
    }

    /**
     * @param payload the function's answer; empty if the platform rejected it
     * @param took the time since the event's arrival at the platform
     */
    public record Outcome(Kind kind, Buffer payload, Duration took) {
    }

    private final String id;
    private final Buffer event;
    private final long begin = System.nanoTime();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<StreamedAnswer> streamed = new CompletableFuture<>();

    LambdaInvocation(String id, Buffer event) {
        this.id = id;
        this.event = event;
    }

    public String id() {
        return id;
    }

    public Buffer event() {
        return event;
    }

    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** The response that the function streams, from its first byte on. */
    public StreamedAnswer streamed() throws Exception {
        return streamed.get(30, TimeUnit.SECONDS);
    }

    void begin(StreamedAnswer answer) {
        streamed.complete(answer);
    }

    /** Completes on another thread, so that a waiting test cannot block the platform. */
    public void end(Kind kind, Buffer payload) {
        outcome.completeAsync(() -> new Outcome(kind, payload, Duration.ofNanos(System.nanoTime() - begin)));
    }
}
