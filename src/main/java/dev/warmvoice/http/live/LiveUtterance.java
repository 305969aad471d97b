package dev.warmvoice.http.live;

import dev.warmvoice.http.auth.Reservation;
import dev.warmvoice.http.captions.CaptionRecorder;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.speech.MeteredSpeech;
import dev.warmvoice.http.speech.RawAudio;
import dev.warmvoice.speech.Speech;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.WrittenSpeech;
import dev.warmvoice.time.Workers.Cancellable;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Flow;

/**
 * An utterance on its way to a live socket. The next event is requested when the last has left, so a client that does not
 * read holds back its own audio. To be used on the socket's event loop; receives events on any thread.
 */
final class LiveUtterance {

    private final String id = UUID.randomUUID().toString();
    private final WrittenSpeech utterance;
    private final Reservation reserved;
    private final Optional<CaptionRecorder> captions;
    private final LiveSession session;
    private final LiveOutbox outbox;
    /** Whether the client has said that no more text will come. */
    private boolean complete;

    LiveUtterance(MeteredSpeech.Begun speech, Optional<CaptionRecorder> captions, LiveSession session,
            LiveOutbox outbox) {
        this.utterance = speech.utterance();
        this.reserved = speech.reserved();
        this.captions = captions;
        this.session = session;
        this.outbox = outbox;
    }

    /** By which the client knows it. */
    String id() {
        return id;
    }

    /** Sends the audio as soon as there is some. */
    void begin() {
        utterance.speech().whenComplete((begun, failure) -> session.ifCurrent(this, () -> {
            if (failure == null) {
                begun.events().subscribe(new Events(begun));
            } else {
                session.failed(failure);
            }
        }));
    }

    /** @throws SpeechException for text after the end, or more than an utterance may have */
    void text(String text) {
        if (complete) {
            throw SpeechException.invalid("type", "text is not allowed after finish.");
        }
        try {
            reserved.add(SpokenText.count(text));
            utterance.say(text);
        } catch (SpeechException | RefusedException e) {
            session.failed(e);
        }
    }

    /** @throws SpeechException if the text is complete already, and will be spoken to its end anyway */
    void flush() {
        if (complete) {
            throw SpeechException.invalid("type", "flush is not allowed after finish.");
        }
        try {
            utterance.flush();
        } catch (SpeechException e) {
            session.failed(e);
        }
    }

    /** @throws SpeechException if the text is complete already */
    void finish() {
        if (complete) {
            throw SpeechException.invalid("type", "finish was already sent.");
        }
        complete = true;
        try {
            utterance.finish();
        } catch (SpeechException e) {
            session.failed(e);
        }
    }

    void cancel() {
        utterance.cancel();
    }

    /** What comes of it, from its first audio on. */
    private final class Events implements Flow.Subscriber<SpeechEvent> {

        private final Speech speech;
        private Flow.Subscription subscription;
        /** Whether an event has been written and waits for the client. */
        private boolean leaving;
        private Cancellable watch = Cancellable.NONE;

        Events(Speech speech) {
            this.speech = speech;
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            to.request(1);
        }

        @Override
        public void onNext(SpeechEvent event) {
            session.ifCurrent(LiveUtterance.this, () -> write(event));
        }

        private void write(SpeechEvent event) {
            if (event instanceof SpeechEvent.Words words) {
                captions.ifPresent(recorder -> recorder.add(words));
                write(outbox.write(new LiveMessage.Words(id, words)));
            } else if (event instanceof SpeechEvent.Done done) {
                captions.ifPresent(recorder -> recorder.complete(speech.id()));
                write(session.finished(outbox.write(new LiveMessage.Finished(id, speech, done))));
            } else if (event instanceof SpeechEvent.Audio audio) {
                write(outbox.write(RawAudio.bytes(audio)));
            }
        }

        private void write(Uni<Void> write) {
            leaving = true;
            write.subscribe().with(left -> {
                left();
                subscription.request(1);
            }, failure -> {
                left();
                subscription.cancel();
            });
            if (leaving) {
                watch = outbox.watchClient(utterance::clientProgressed);
            }
        }

        private void left() {
            leaving = false;
            watch.cancel();
        }

        @Override
        public void onComplete() {
            // Done has said so.
        }

        @Override
        public void onError(Throwable failure) {
            session.ifCurrent(LiveUtterance.this, () -> session.failed(failure));
        }
    }
}
