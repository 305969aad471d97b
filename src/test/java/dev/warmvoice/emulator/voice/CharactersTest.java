package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharactersTest {

    @ParameterizedTest
    @CsvSource({"abc, 3", "你好, 4", "'你好, a。', 8", "ひらがな, 4", "한국, 2", "𠀀, 2", "😀, 1", "'', 0"})
    void countsHanTwice(String text, int characters) {
        assertThat(Characters.count(text)).isEqualTo(characters);
    }

    @ParameterizedTest
    @CsvSource({"a, true", "。好！, true", "😀, true", "'', false", "' \n\u00a0', false", "…。?!—「」, false"})
    void areSpeakableUnlessBlankOrPunctuation(String text, boolean speakable) {
        assertThat(Characters.areSpeakable(text)).isEqualTo(speakable);
    }
}
