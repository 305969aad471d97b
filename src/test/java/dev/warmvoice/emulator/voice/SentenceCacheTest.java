package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.voice.SentenceCache.Key;

import org.junit.jupiter.api.Test;

import java.util.List;

class SentenceCacheTest {

    private final SentenceCache cache = new SentenceCache(100);

    @Test
    void evictsTheLeastRecentlyUsed() {
        cache.put(key("a"), sentence(40));
        cache.put(key("b"), sentence(40));
        cache.get(key("a"));
        cache.put(key("c"), sentence(40));
        assertThat(cache.get(key("b"))).isNull();
        assertThat(cache.get(key("a"))).isNotNull();
        assertThat(cache.get(key("c"))).isNotNull();
        assertThat(cache.bytes()).isEqualTo(80);
    }

    @Test
    void countsAnEntryOnce() {
        cache.put(key("a"), sentence(40));
        cache.put(key("a"), sentence(40));
        assertThat(cache.bytes()).isEqualTo(40);
    }

    @Test
    void doesNotKeepOversizedEntries() {
        cache.put(key("a"), sentence(400));
        assertThat(cache.bytes()).isZero();
    }

    private static Key key(String sentence) {
        return new Key(null, sentence);
    }

    private static EncodedSentence sentence(int bytes) {
        return new EncodedSentence(List.of(new byte[bytes]), bytes, List.of());
    }
}
