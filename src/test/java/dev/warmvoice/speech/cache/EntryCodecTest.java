package dev.warmvoice.speech.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.cache.EntryCodec.Entry;
import dev.warmvoice.speech.cache.EntryCodec.InvalidEntryException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final String SECRET = "sixteen letters or more";
    private static final EntryKey KEY = new EntryKey(new byte[32]);

    private final EntryCodec codec = codec(SECRET, NOW);

    private static EntryCodec codec(String secret, Instant now) {
        return new EntryCodec(Secrets.of(secret).entries(), InstantSource.fixed(now));
    }

    private static Entry entry() {
        return new Entry(
                new Origin("task", AudioFormat.MP3, "model", null, Optional.of("cn"), true, Duration.ofMillis(1),
                        Duration.ZERO),
                List.of(new SpeechEvent.Audio(frame("abc")),
                        new SpeechEvent.Words(0, "Grüße", List.of(new SpeechEvent.Word("Grüße", 0, 5, 10, 20))),
                        new SpeechEvent.Audio(frame("")), new SpeechEvent.Audio(frame("defgh")),
                        new SpeechEvent.Done(13, 0, 7)),
                Duration.ofSeconds(5));
    }

    private static ByteBuffer frame(String bytes) {
        return ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    @Test
    void anEntryIsTheSameAfterwardsAndOlder() throws Exception {
        byte[] bytes = codec.encode(KEY, entry());
        Entry decoded = codec(SECRET, NOW.plusSeconds(60)).decode(KEY, bytes);
        assertThat(decoded.events()).isEqualTo(entry().events());
        assertThat(decoded.age()).hasSeconds(65);
        assertThat(decoded.origin().taskId()).isEqualTo("task");
        assertThat(decoded.origin().upstream()).hasValue("cn");
        assertThat(decoded.origin().fallback()).isNull();
        assertThat(decoded.origin().format()).isEqualTo(AudioFormat.MP3);
    }

    @Test
    void aClockThatIsBehindMakesNoNegativeAge() throws Exception {
        byte[] bytes = codec.encode(KEY, entry());
        assertThat(codec(SECRET, NOW.minusSeconds(60)).decode(KEY, bytes).age()).isZero();
    }

    @Test
    void theTextIsNotInTheBytes() {
        String bytes = new String(codec.encode(KEY, entry()), StandardCharsets.UTF_8);
        assertThat(bytes).doesNotContain("Gr").doesNotContain("model").doesNotContain("task");
    }

    @Test
    void theSameEntryLooksDifferentEachTime() {
        assertThat(codec.encode(KEY, entry())).isNotEqualTo(codec.encode(KEY, entry()));
    }

    @Test
    void aChangedByteDoesNotVerify() {
        byte[] bytes = codec.encode(KEY, entry());
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertInvalid(codec, KEY, changed);
        }
    }

    @Test
    void aTruncatedEntryDoesNotVerify() {
        byte[] bytes = codec.encode(KEY, entry());
        for (int length = 0; length < bytes.length; length++) {
            assertInvalid(codec, KEY, Arrays.copyOf(bytes, length));
        }
        assertInvalid(codec, KEY, Arrays.copyOf(bytes, bytes.length + 1));
    }

    @Test
    void anEntryOfAnotherKeyOrSecretDoesNotVerify() {
        byte[] bytes = codec.encode(KEY, entry());
        byte[] other = new byte[32];
        other[31] = 1;
        assertInvalid(codec, new EntryKey(other), bytes);
        assertInvalid(codec("another secret of some length", NOW), KEY, bytes);
    }

    private static void assertInvalid(EntryCodec codec, EntryKey key, byte[] bytes) {
        assertThatThrownBy(() -> codec.decode(key, bytes)).isInstanceOf(InvalidEntryException.class);
    }
}
