package dev.warmvoice.http.speech;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.http.captions.CaptionRecorder;
import dev.warmvoice.http.captions.CaptionStore;
import dev.warmvoice.http.error.RefusedException;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.Playback;
import dev.warmvoice.speech.cache.CacheUse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;

/** Begins what a body asks for, whichever way it came in. Thread-safe, does not block. */
@ApplicationScoped
public class SpeechStarter {

    private final MeteredSpeech speech;
    private final SpeechBodyReader reader;
    private final ServerSentEvents serverSentEvents;
    private final CaptionStore captions;

    SpeechStarter(MeteredSpeech speech, SpeechBodyReader reader, ServerSentEvents serverSentEvents,
            CaptionStore captions) {
        this.speech = speech;
        this.reader = reader;
        this.serverSentEvents = serverSentEvents;
        this.captions = captions;
    }

    /**
     * Begins the speech that a request asks for.
     *
     * @param body UTF-8 JSON
     * @param use what the request allows a cache
     * @throws SpeechException if anything is wrong with it
     * @throws RefusedException if its client has too much going on already
     */
    public OngoingSpeech begin(byte[] body, CacheUse use, Client client) {
        SpeechBodyReader.SpeechCall call = reader.read(body);
        if (call.request().timestamps() && !call.sse() && !captions.isOn()) {
            throw SpeechException.invalid("timestamps",
                    "timestamps is only allowed with stream_format sse, or where warmvoice.captions.keep is set.");
        }
        Playback playback = speech.begin(call.request(), use, client);
        SpeechEncoding encoding = call.sse() ? serverSentEvents : RawAudio.of(call.request().format());
        return call.request().timestamps()
                ? captions.recorder(client).map(recorder -> captioned(playback, encoding, call, recorder))
                        .orElseGet(() -> new OngoingSpeech(playback, encoding, call.notes()))
                : new OngoingSpeech(playback, encoding, call.notes());
    }

    private OngoingSpeech captioned(Playback playback, SpeechEncoding encoding, SpeechBodyReader.SpeechCall call,
            CaptionRecorder recorder) {
        Map<String, String> notes = new HashMap<>(call.notes());
        notes.put("X-Captions", Long.toString(captions.age().toSeconds()));
        return new OngoingSpeech(playback,
                new CaptionedEncoding(encoding, recorder, () -> playback.taskId().orElseThrow()), notes);
    }
}
