package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.captions.CaptionStore;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechService;
import dev.warmvoice.speech.Utterance;
import jakarta.enterprise.context.ApplicationScoped;

/** Begins what a body asks for, whichever way it came in. Thread-safe, does not block. */
@ApplicationScoped
public class SpeechStarter {

    private final SpeechService service;
    private final SpeechBodyReader reader;
    private final ServerSentEvents serverSentEvents;
    private final CaptionStore captions;

    SpeechStarter(SpeechService service, SpeechBodyReader reader, ServerSentEvents serverSentEvents,
            CaptionStore captions) {
        this.service = service;
        this.reader = reader;
        this.serverSentEvents = serverSentEvents;
        this.captions = captions;
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
        if (call.request().timestamps() && !call.sse() && !captions.isOn()) {
            throw SpeechException.invalid("timestamps",
                    "timestamps is only allowed with stream_format sse, or where warmvoice.captions.keep is set.");
        }
        Utterance utterance = client.begin(() -> service.speak(call.request()));
        SpeechEncoding encoding = call.sse() ? serverSentEvents : RawAudio.of(call.request().format());
        return new OngoingSpeech(utterance, recorded(encoding, call, client, utterance), call.notes());
    }

    private SpeechEncoding recorded(SpeechEncoding encoding, SpeechBodyReader.SpeechCall call, Client client,
            Utterance utterance) {
        if (!call.request().timestamps()) {
            return encoding;
        }
        return captions.recorder(client)
                .<SpeechEncoding>map(recorder -> new CaptionedEncoding(encoding, recorder,
                        () -> utterance.taskId().orElseThrow()))
                .orElse(encoding);
    }
}
