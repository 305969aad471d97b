package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.speech.SpeechRequest.AigcTag;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestIdentityTest {

    private static final Encoding ENCODING = new Encoding(AudioFormat.MP3, 22_050, null, null);

    @Test
    void equalRequestsHaveOne() {
        assertThat(plain("Good morning.").identity()).isEqualTo(plain("Good morning.").identity());
    }

    /** Each differs from all others in one thing, or in where one thing ends and the next begins. */
    @Test
    void whatMakesTheAudioMakesTheIdentity() {
        List<byte[]> identities = requests().map(SpeechRequest::identity).toList();
        for (int i = 0; i < identities.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(Arrays.equals(identities.get(i), identities.get(j))).as(i + " and " + j).isFalse();
            }
        }
    }

    /** Red when a task has something new that the identity does not have. */
    @Test
    void allComponentsAreKnown() {
        assertThat(components(TaskSpec.class)).containsExactly("model", "voice", "encoding", "prosody", "seed",
                "instruction", "languageHint", "hotFix", "wordTimestamps", "ssml", "markdownFilter");
        assertThat(components(TaskSpec.Encoding.class)).containsExactly("format", "sampleRate", "bitRate", "aigcTag");
        assertThat(components(TaskSpec.AigcTag.class)).containsExactly("propagator", "propagateId");
        assertThat(components(TaskSpec.Prosody.class)).containsExactly("volume", "rate", "pitch");
        assertThat(components(TaskSpec.HotFix.class)).containsExactly("pronunciation", "replacement");
    }

    private static Stream<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).map(component -> component.getName());
    }

    private static Stream<SpeechRequest> requests() {
        return Stream.of(plain("Good morning."), plain("Good morning!"), text(SpokenText.ssml("<speak>Hi.</speak>")),
                encoded(new Encoding(AudioFormat.WAV, 22_050, null, null)),
                encoded(new Encoding(AudioFormat.MP3, 24_000, null, null)),
                encoded(new Encoding(AudioFormat.MP3, 22_050, 32, null)),
                encoded(new Encoding(AudioFormat.MP3, 22_050, null, new AigcTag(null, null))),
                encoded(new Encoding(AudioFormat.MP3, 22_050, null, new AigcTag("a", null))),
                encoded(new Encoding(AudioFormat.MP3, 22_050, null, new AigcTag(null, "a"))),
                spoken(new Prosody(50, null, null)), spoken(new Prosody(null, 1f, null)),
                spoken(new Prosody(null, null, 1f)),
                request("other", "voice", null, null, null, HotFix.NONE, false, null),
                request("model", "other", null, null, null, HotFix.NONE, false, null),
                request("mode", "lvoice", null, null, null, HotFix.NONE, false, null),
                request("model", "voice", 1, null, null, HotFix.NONE, false, null),
                request("model", "voice", null, "sadly", null, HotFix.NONE, false, null),
                request("model", "voice", null, null, "en", HotFix.NONE, false, null),
                request("model", "voice", null, null, null, HotFix.NONE, true, null),
                request("model", "voice", null, null, null, HotFix.NONE, false, true),
                request("model", "voice", null, null, null, HotFix.NONE, false, false),
                fixed(new HotFix(List.of(Map.of("a", "b")), null)), fixed(new HotFix(null, List.of(Map.of("a", "b")))),
                fixed(new HotFix(List.of(Map.of("a", "b, c=d")), null)),
                fixed(new HotFix(List.of(Map.of("a", "b"), Map.of("c", "d")), null)),
                fixed(new HotFix(List.of(), null)));
    }

    private static SpeechRequest plain(String text) {
        return text(SpokenText.plain(text));
    }

    private static SpeechRequest text(SpokenText text) {
        return new SpeechRequest(text, "model", "voice", ENCODING, Prosody.NORMAL, null, null, null, HotFix.NONE,
                false, null, false);
    }

    private static SpeechRequest encoded(Encoding encoding) {
        return new SpeechRequest(SpokenText.plain("Hi."), "model", "voice", encoding, Prosody.NORMAL, null, null, null,
                HotFix.NONE, false, null, false);
    }

    private static SpeechRequest spoken(Prosody prosody) {
        return new SpeechRequest(SpokenText.plain("Hi."), "model", "voice", ENCODING, prosody, null, null, null,
                HotFix.NONE, false, null, false);
    }

    private static SpeechRequest fixed(HotFix fix) {
        return request("model", "voice", null, null, null, fix, false, null);
    }

    private static SpeechRequest request(String model, String voice, Integer seed, String instructions, String language,
            HotFix fix, boolean timestamps, Boolean markdown) {
        return new SpeechRequest(SpokenText.plain("Hi."), model, voice, ENCODING, Prosody.NORMAL, seed, instructions,
                language, fix, timestamps, markdown, false);
    }
}
