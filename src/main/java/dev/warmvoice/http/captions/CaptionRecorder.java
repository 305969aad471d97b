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

    /** Takes the words of a sentence, in place of what was known of it before. More than the store can keep are dropped. */
    public void add(SpeechEvent.Words words) {
        if (isTooLarge()) {
            return;
        }
        SpeechEvent.Words before = sentences.put(words.sentence(), words);
        bytes += words.weight() - (before == null ? 0 : before.weight());
        if (isTooLarge()) {
            sentences.clear();
        }
    }

    /** The speech is complete: from now on its client can fetch the captions. */
    public void complete(String requestId) {
        if (!isTooLarge() && !sentences.isEmpty()) {
            store.keep(client, requestId, new Captions(List.copyOf(sentences.values())));
        }
    }

    private boolean isTooLarge() {
        return bytes > store.maxBytes();
    }
}
