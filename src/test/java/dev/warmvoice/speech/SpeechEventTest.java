package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.speech.SpeechEvent.Audio;
import dev.warmvoice.speech.SpeechEvent.Done;
import dev.warmvoice.speech.SpeechEvent.Word;
import dev.warmvoice.speech.SpeechEvent.Words;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What events weigh in a stream of bounded size. */
class SpeechEventTest {

    @Test
    void smallFramesWeighTheirOverhead() {
        assertThat(new Audio(ByteBuffer.allocate(0)).weight()).isEqualTo(100);
        assertThat(new Audio(ByteBuffer.allocate(4000)).weight()).isEqualTo(4000);
    }

    @Test
    void wordsWeighTheirCharactersAndOverhead() {
        Word word = new Word("Good", 0, 4, 0, 100);
        assertThat(new Words(0, "", List.of()).weight()).isZero();
        assertThat(new Words(0, "Good good", List.of(word, word)).weight()).isEqualTo(2 * 9 + 2 * (100 + 2 * 4));
    }

    @Test
    void theEndWeighsNothing() {
        assertThat(new Done(1, 2, 3).weight()).isZero();
    }
}
