package dev.warmvoice.emulator.voice;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sentences spoken last, up to a number of bytes, so that a load test does not measure speech synthesis. */
final class SentenceCache {

    record Key(SpeechParameters parameters, String sentence) {
    }

    private final Map<Key, EncodedSentence> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxBytes;
    private long bytes;

    SentenceCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return the sentence, or null */
    synchronized EncodedSentence get(Key key) {
        return entries.get(key);
    }

    synchronized void put(Key key, EncodedSentence encoded) {
        EncodedSentence before = entries.put(key, encoded);
        bytes += encoded.bytes() - (before == null ? 0 : before.bytes());
        var eldest = entries.entrySet().iterator();
        while (bytes > maxBytes && eldest.hasNext()) {
            bytes -= eldest.next().getValue().bytes();
            eldest.remove();
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
