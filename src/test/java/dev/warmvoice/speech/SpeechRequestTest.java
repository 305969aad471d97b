package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.dashscope.TaskSpec;
import dev.warmvoice.speech.SpeechRequest.AigcTag;
import dev.warmvoice.speech.SpeechRequest.Encoding;
import dev.warmvoice.speech.SpeechRequest.HotFix;
import dev.warmvoice.speech.SpeechRequest.Prosody;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpeechRequestTest {

    private static final List<Map<String, String>> PRONUNCIATION = List.of(Map.of("a", "b"));
    private static final List<Map<String, String>> REPLACEMENT = List.of(Map.of("c", "d"));

    @Test
    void taskHasEverythingOfTheRequest() {
        assertThat(request(null, new AigcTag("Ann", "1")).spec()).isEqualTo(new TaskSpec("model", "voice",
                new TaskSpec.Encoding("opus", 48_000, 32, new TaskSpec.AigcTag("Ann", "1")),
                new TaskSpec.Prosody(30, 1.5f, 0.5f), 7, "calmly", "en",
                new TaskSpec.HotFix(PRONUNCIATION, REPLACEMENT), true, false, true));
    }

    @Test
    void taskHasNoTagUnlessTheRequestHas() {
        assertThat(request(null, null).spec().encoding().aigcTag()).isNull();
    }

    @Test
    void taskSaysWhetherTheTextIsSsml() {
        assertThat(request(SpokenText.ssml("<speak>Good morning.</speak>"), null).spec().ssml()).isTrue();
        assertThat(request(SpokenText.plain("Good morning."), null).spec().ssml()).isFalse();
    }

    @Test
    void descriptionLeavesTheTextOut() {
        assertThat(request(SpokenText.plain("Good morning."), null)).hasToString("SpeechRequest[OPUS, 13 characters]");
        assertThat(request(null, null)).hasToString("SpeechRequest[OPUS]");
    }

    private static SpeechRequest request(@Nullable SpokenText text, @Nullable AigcTag tag) {
        return new SpeechRequest(text, "model", "voice", new Encoding(AudioFormat.OPUS, 48_000, 32, tag),
                new Prosody(30, 1.5f, 0.5f), 7, "calmly", "en", new HotFix(PRONUNCIATION, REPLACEMENT), true, true,
                false);
    }
}
