package dev.warmvoice.http.captions;

import dev.warmvoice.http.auth.Client;
import dev.warmvoice.speech.SpeechEvent;
import java.util.List;
import java.util.TreeMap;

/** Collects the captions of one speech while it is streamed. To be used by one thread at a time. */
public final class CaptionRecorder {

    private final CaptionStore store;
    private final Client client;
    private final TreeMap<Integer, SpeechEvent.Words> sentences = new TreeMap<>();
    private long bytes;

    CaptionRecorder(CaptionStore store, Client client) {
        this.store = store;
        this.client = client;
    }

    /** Takes the words of a sentence, in place of what was known of it before. Too many for the store are dropped. */
    public void add(SpeechEvent.Words words) {
        bytes += words.weight();
        if (bytes > store.maxBytes()) {
            sentences.clear();
        } else {
            sentences.put(words.sentence(), words);
        }
    }

    /** The speech is complete: from now on its client can fetch the captions. */
    public void complete(String requestId) {
        if (!sentences.isEmpty()) {
            store.keep(client, requestId, new Captions(List.copyOf(sentences.values())));
        }
    }
}
