package dev.warmvoice.http.live;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.captions.CaptionRecorder;
import dev.warmvoice.http.captions.CaptionStore;
import dev.warmvoice.http.error.ErrorResponse;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.server.EventLoop;
import dev.warmvoice.http.server.InFlight;
import dev.warmvoice.http.speech.MeteredSpeech;
import dev.warmvoice.http.speech.SpeechBodyReader;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.time.Timers;
import dev.warmvoice.time.Workers.Cancellable;
import io.quarkus.websockets.next.CloseReason;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One live socket: one utterance after the other, each with its text in and its audio out.
 *
 * <p>
 * Everything in here happens on the socket's event loop, and everything that comes from elsewhere goes there first. So
 * whatever is written after an utterance has been given up is written after all of its audio.
 */
final class LiveSession {

    private static final CloseReason UNREADABLE = new CloseReason(1009, "A message must be at most 4 MB.");
    private static final CloseReason NO_PONG = new CloseReason(1001, "The client did not answer a ping.");

    private enum State {
        /** Text is only allowed after start. */
        IDLE,
        /** There is a current utterance. */
        SPEAKING,
        /** The last utterance failed or was refused; text for it may still be on its way and is ignored. */
        DISCARDING
    }

    private final EventLoop eventLoop;
    private final LiveOutbox outbox;
    private final Client client;
    private final MeteredSpeech speech;
    private final SpeechBodyReader reader;
    private final CaptionStore captions;
    private final InFlight inFlight;
    private final PingWatch pings;
    private State state = State.IDLE;
    /** Null unless {@link State#SPEAKING}. */
    private @Nullable LiveUtterance current;

    LiveSession(EventLoop eventLoop, LiveOutbox outbox, Client client, MeteredSpeech speech, SpeechBodyReader reader,
            CaptionStore captions, InFlight inFlight, Duration pingInterval, Timers timers) {
        this.eventLoop = eventLoop;
        this.outbox = outbox;
        this.client = client;
        this.speech = speech;
        this.reader = reader;
        this.captions = captions;
        this.inFlight = inFlight;
        this.pings = new PingWatch(pingInterval, timers, this::ping, () -> outbox.close(NO_PONG));
    }

    public void open() {
        outbox.onClose(this::end);
        pings.start();
    }

    private Cancellable ping() {
        outbox.ping();
        return outbox.watchClient(pings::reading);
    }

    private void end() {
        pings.stop();
        cancelCurrent();
        state = State.IDLE;
    }

    void onPong() {
        pings.heard();
    }

    void onPing() {
        pings.heard();
        outbox.checkWaiting();
    }

    void onText(String message) {
        pings.heard();
        if (outbox.isClosed()) {
            return;
        }
        try {
            handle(reader.readTree(message));
        } catch (SpeechException | RefusedException e) {
            refuse(ErrorResponse.of(e));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void handle(JsonNode message) {
        switch (message.path("type").asText()) {
            case "start" -> start(message);
            case "text" -> text(message.get("text"));
            case "flush" -> flush();
            case "finish" -> finish();
            case "cancel" -> cancel();
            default -> throw SpeechException.invalid("type", "type must be one of start, text, flush, finish, cancel.");
        }
    }

    void onBinary() {
        pings.heard();
        refuse(ErrorResponse.of(SpeechException.invalid(null, "A message must be a JSON text message.")));
    }

    /** What came cannot be read on from, such as a message without end. */
    void onGarbage() {
        refuse(ErrorResponse.of(413, "A message must be a valid WebSocket message of at most 4 MB."));
        outbox.close(UNREADABLE);
    }

    void onClose() {
        outbox.closed();
    }

    private void start(JsonNode message) {
        if (state == State.SPEAKING) {
            throw SpeechException.invalid("type",
                    "start is not allowed while an utterance is being spoken: wait for its end, or send cancel first.");
        }
        // If it is refused, its text may be on its way.
        state = State.DISCARDING;
        client.acquireRequest();
        SpeechRequest request = reader.readWithoutText(message);
        MeteredSpeech.Begun metered = speech.beginAsWritten(request, client);
        inFlight.begin();
        LiveUtterance begun = new LiveUtterance(metered, recorder(request), this, outbox);
        current = begun;
        state = State.SPEAKING;
        outbox.send(new LiveMessage.Started(begun.id()));
        begun.begin();
    }

    private Optional<CaptionRecorder> recorder(SpeechRequest request) {
        return request.timestamps() ? captions.recorder(client) : Optional.empty();
    }

    private void text(JsonNode text) {
        if (text == null || !text.isTextual()) {
            throw SpeechException.invalid("text", "text must be a string.");
        }
        requireStart("text");
        if (current != null) {
            current.text(text.textValue());
        }
    }

    private void flush() {
        requireStart("flush");
        if (current != null) {
            current.flush();
        }
    }

    private void finish() {
        requireStart("finish");
        if (current != null) {
            current.finish();
        }
    }

    private void requireStart(String type) {
        if (state == State.IDLE) {
            throw SpeechException.invalid("type", type + " is only allowed after start.");
        }
    }

    private void cancel() {
        String id = currentId();
        cancelCurrent();
        state = State.IDLE;
        outbox.send(new LiveMessage.Cancelled(id));
    }

    /** A message made no sense, which does no harm to what is being spoken. */
    private void refuse(ErrorResponse why) {
        outbox.send(new LiveMessage.Failed(null, why.body().error()));
    }

    /** Runs work on the event loop, if the utterance is still the current one by then. Thread-safe. */
    void ifCurrent(LiveUtterance utterance, Runnable work) {
        eventLoop.execute(() -> {
            if (current == utterance) {
                work.run();
            }
        });
    }

    /** The current utterance is over: it broke off, or would have a hole in it. */
    public void failed(Throwable why) {
        String id = currentId();
        if (state == State.SPEAKING) {
            cancelCurrent();
            state = State.DISCARDING;
        }
        outbox.send(new LiveMessage.Failed(id, ErrorResponse.of(why).body().error()));
    }

    /** The current utterance is complete, as soon as its last message has left. */
    public Uni<Void> finished(Uni<Void> lastWrite) {
        current = null;
        state = State.IDLE;
        return lastWrite.onTermination().invoke(inFlight::end);
    }

    private @Nullable String currentId() {
        return current == null ? null : current.id();
    }

    private void cancelCurrent() {
        if (current != null) {
            LiveUtterance cancelled = current;
            current = null;
            cancelled.cancel();
            inFlight.end();
        }
    }
}
