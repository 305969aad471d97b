package dev.warmvoice.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.Utterance;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Flow;

/**
 * One live socket: one utterance after the other, each with its text in and its audio out.
 *
 * <p>
 * Everything in here happens on the socket's event loop, and everything that comes from elsewhere goes there first. So
 * whatever is written after an utterance has been given up is written after all of its audio.
 */
final class LiveSession {

    /** Messages that have not left yet; audio comes on top, one frame at a time. */
    private static final int MOST_UNSENT = 100;
    /** In bytes: of answers to pings, which are given for us and which nobody bounds. */
    private static final int MOST_WAITING = 1 << 20;
    /** How long one who is left may take to hear why. */
    private static final long FAREWELL_MS = 30_000;
    private static final CloseReason DEAF = new CloseReason(1008, "nobody reads the answers");
    private static final CloseReason GARBAGE = new CloseReason(1009, "a message must have 4 MB at most");
    private static final CloseReason SILENT = new CloseReason(1001, "no answer to a ping");

    private final WebSocketConnection socket;
    private final Context eventLoop;
    private final Wire wire;
    private final Caller caller;
    private final SpeechService service;
    private final SpeechBodyReader reader;
    private final ObjectMapper json;
    private final InFlight inFlight;
    private long pinging;
    private boolean heard = true;
    /** What is being spoken, or null. */
    private Spoken current;
    private int unsent;
    private boolean left;
    /** Whether the last one failed; text for it may still be on its way. */
    private boolean failed;

    LiveSession(WebSocketConnection socket, Context eventLoop, Wire wire, Caller caller, SpeechService service,
            SpeechBodyReader reader, ObjectMapper json, InFlight inFlight) {
        this.socket = socket;
        this.eventLoop = eventLoop;
        this.wire = wire;
        this.caller = caller;
        this.service = service;
        this.reader = reader;
        this.json = json;
        this.inFlight = inFlight;
    }

    void open(Duration pingInterval) {
        pinging = eventLoop.owner().setPeriodic(pingInterval.toMillis(), tick -> eventLoop.runOnContext(now -> ping()));
    }

    private void ping() {
        if (left) {
            return;
        }
        if (!heard) {
            leave(SILENT);
            return;
        }
        heard = false;
        send(socket.sendPing(Buffer.buffer()));
    }

    void onPong() {
        heard = true;
    }

    void onPing() {
        heard = true;
        if (wire.waiting() > MOST_WAITING) {
            // No farewell, during which the answers would go on.
            end();
            wire.cut();
        }
    }

    void onText(String message) {
        heard = true;
        if (left) {
            return;
        }
        try {
            JsonNode parsed = reader.readTree(message);
            switch (parsed.path("type").asText()) {
                case "start" -> start(message);
                case "text" -> text(parsed.get("text"));
                case "finish" -> finish();
                case "cancel" -> cancel();
                default -> throw SpeechException.invalid("type", "type must be one of start, text, finish, cancel");
            }
        } catch (SpeechException | RefusedException e) {
            refuse(ErrorAnswer.of(e));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    void onBinary() {
        heard = true;
        refuse(ErrorAnswer.of(SpeechException.invalid(null, "a message must be JSON text")));
    }

    /** What came cannot be read on from, such as a message without end. */
    void onGarbage() {
        refuse(ErrorAnswer.of(413, "a message must have 4 MB at most, and keep to the protocol"));
        leave(GARBAGE);
    }

    void onClose() {
        end();
    }

    private void end() {
        left = true;
        eventLoop.owner().cancelTimer(pinging);
        silence();
    }

    private void leave(CloseReason why) {
        end();
        socket.close(why).subscribe().with(closed -> {
        }, failure -> {
        });
        // Behind what somebody does not take the reason does not even leave.
        eventLoop.owner().setTimer(FAREWELL_MS, late -> {
            if (wire.waiting() > 0) {
                wire.cut();
            }
        });
    }

    private void start(String message) {
        if (current != null) {
            throw SpeechException.invalid("type", "start must wait for the end of what is being spoken, or cancel it");
        }
        // Its text may be on its way, whatever becomes of it.
        failed = true;
        caller.ask();
        SpeechRequest request = reader.readWithoutText(message.getBytes(StandardCharsets.UTF_8));
        Utterance utterance = caller.begin(() -> service.speakAsWritten(request));
        Spoken next = new Spoken(utterance);
        current = next;
        inFlight.begin();
        failed = false;
        say(new LiveMessage.Started(next.id));
        utterance.speech().whenComplete((speech, failure) -> onEventLoop(next, () -> next.begin(speech, failure)));
    }

    private void text(JsonNode text) {
        if (text == null || !text.isTextual()) {
            throw SpeechException.invalid("text", "text must be a string");
        }
        if (isRunning("text")) {
            if (current.complete) {
                throw SpeechException.invalid("type", "no text can follow finish");
            }
            try {
                current.utterance.say(text.textValue());
            } catch (SpeechException e) {
                fail(e);
            }
        }
    }

    private void finish() {
        if (isRunning("finish")) {
            if (current.complete) {
                throw SpeechException.invalid("type", "finish has come already");
            }
            current.complete = true;
            try {
                current.utterance.finish();
            } catch (SpeechException e) {
                fail(e);
            }
        }
    }

    private boolean isRunning(String type) {
        if (current == null && !failed) {
            throw SpeechException.invalid("type", type + " must follow a start");
        }
        return current != null;
    }

    private void cancel() {
        String id = current == null ? null : current.id;
        silence();
        failed = false;
        say(new LiveMessage.Cancelled(id));
    }

    /** A message made no sense, which does no harm to what is being spoken. */
    private void refuse(ErrorAnswer why) {
        say(new LiveMessage.Failed(null, why.body().error()));
    }

    /** What was being spoken is over: it broke off, or would have a hole in it. */
    private void fail(Throwable why) {
        String id = current == null ? null : current.id;
        failed |= current != null;
        silence();
        say(new LiveMessage.Failed(id, ErrorAnswer.of(why).body().error()));
    }

    private void silence() {
        if (current != null) {
            Spoken silenced = current;
            current = null;
            silenced.utterance.cancel();
            inFlight.end();
        }
    }

    private Uni<Void> write(LiveMessage message) {
        try {
            return socket.sendText(json.writeValueAsString(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void say(LiveMessage message) {
        send(write(message));
    }

    /** A write that fails is the end of the socket, of which {@link #onClose} hears. */
    private void send(Uni<Void> write) {
        if (left) {
            return;
        }
        if (++unsent > MOST_UNSENT) {
            leave(DEAF);
            return;
        }
        write.onTermination().invoke(() -> unsent--).subscribe().with(sent -> {
        }, failure -> {
        });
    }

    private void onEventLoop(Spoken spoken, Runnable work) {
        eventLoop.runOnContext(now -> {
            if (current == spoken) {
                work.run();
            }
        });
    }

    /** An utterance on its way to the socket. */
    private final class Spoken implements Flow.Subscriber<SpeechEvent> {

        private final String id = UUID.randomUUID().toString();
        private final Utterance utterance;
        /** Whether its caller has said that no more text will come. */
        private boolean complete;
        private Speech speech;
        private SpeechEncoding encoding;
        private Flow.Subscription subscription;

        Spoken(Utterance utterance) {
            this.utterance = utterance;
        }

        private void begin(Speech begun, Throwable failure) {
            if (failure != null) {
                fail(failure);
                return;
            }
            speech = begun;
            encoding = RawAudio.of(begun.format());
            begun.events().subscribe(this);
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            to.request(1);
        }

        @Override
        public void onNext(SpeechEvent event) {
            onEventLoop(this, () -> write(event));
        }

        /** The next one is asked for when this one has left: a caller who does not read holds back his own audio. */
        private void write(SpeechEvent event) {
            Uni<Void> written;
            if (event instanceof SpeechEvent.Words words) {
                written = LiveSession.this.write(new LiveMessage.Words(id, ServerSentEvents.words(words)));
            } else if (event instanceof SpeechEvent.Done done) {
                current = null;
                written = LiveSession.this.write(new LiveMessage.Finished(id, speech.id(), done.characters(),
                        speech.firstAudio().toMillis())).onTermination().invoke(inFlight::end);
            } else {
                written = socket.sendBinary(encoding.encode(event));
            }
            written.subscribe().with(left -> subscription.request(1), failure -> subscription.cancel());
        }

        @Override
        public void onComplete() {
            // Done has said so.
        }

        @Override
        public void onError(Throwable failure) {
            onEventLoop(this, () -> fail(failure));
        }
    }
}
