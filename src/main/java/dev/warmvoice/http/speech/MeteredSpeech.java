package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.auth.Reservation;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.http.usage.Usages;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.SpokenText;
import dev.warmvoice.speech.Utterance;
import jakarta.enterprise.context.ApplicationScoped;

/** Begins utterances within their client's limits, and accounts for them. Thread-safe, does not block. */
@ApplicationScoped
public class MeteredSpeech {

    private final SpeechService service;
    private final Usages usages;

    MeteredSpeech(SpeechService service, Usages usages) {
        this.service = service;
        this.usages = usages;
    }

    /**
     * An utterance that has begun.
     *
     * @param reserved its characters in the client's budget
     */
    public record Begun(Utterance utterance, Reservation reserved) {
    }

    /**
     * Begins an utterance, with its text or without.
     *
     * @throws SpeechException if the process is about to end
     * @throws RefusedException if one of the client's limits is reached
     */
    public Begun begin(SpeechRequest request, Client client) {
        long begun = System.nanoTime();
        SpokenText text = request.text();
        Reservation reserved = client.reserve(text == null ? 0 : text.characters());
        Utterance utterance = reserved.follow(() -> client.begin(
                () -> text == null ? service.speakAsWritten(request) : service.speak(request)));
        usages.follow(client.name(), request, utterance, begun);
        return new Begun(utterance, reserved);
    }
}
