package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechService;
import jakarta.enterprise.context.ApplicationScoped;

/** Begins what a body asks for, whichever way it came in. Thread-safe, does not block. */
@ApplicationScoped
public class SpeechStarter {

    private final SpeechService service;
    private final SpeechBodyReader reader;
    private final ServerSentEvents serverSentEvents;

    SpeechStarter(SpeechService service, SpeechBodyReader reader, ServerSentEvents serverSentEvents) {
        this.service = service;
        this.reader = reader;
        this.serverSentEvents = serverSentEvents;
    }

    /**
     * Begins the speech that a request asks for.
     *
     * @param body UTF-8 JSON
     * @throws SpeechException if anything is wrong with it
     * @throws RefusedException if its client has too much going on already
     */
    public OngoingSpeech begin(byte[] body, Client client) {
        SpeechBodyReader.SpeechCall call = reader.read(body);
        SpeechEncoding encoding = call.sse() ? serverSentEvents : RawAudio.of(call.request().format());
        return new OngoingSpeech(client.begin(() -> service.speak(call.request())), encoding, call.notes());
    }
}
