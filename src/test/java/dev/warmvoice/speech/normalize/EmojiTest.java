package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left around an emoji. */
class EmojiTest {

    static Stream<Arguments> keepsWordsApartAndPunctuationTogether() {
        return Stream.of(
                Arguments.of("Good😀job", "Good job"),
                Arguments.of("Good 😀!", "Good!"),
                Arguments.of("Good😀!", "Good!"),
                Arguments.of("Good 😀\nbye", "Good\nbye"),
                Arguments.of("Good 😀job", "Good job"),
                Arguments.of("😀!", "!"),
                Arguments.of("😀job", "job"),
                Arguments.of("Good😀", "Good"),
                Arguments.of("Good 😀", "Good "));
    }

    @ParameterizedTest
    @MethodSource
    void keepsWordsApartAndPunctuationTogether(String text, String left) {
        assertThat(Emoji.remove(text)).isEqualTo(left);
    }

    static Stream<Arguments> takesTheWholeSequence() {
        return Stream.of(
                Arguments.of("a👨\u200d👩b", "a b"),
                Arguments.of("a👨\u200db", "a b"),
                Arguments.of("a👨\u200d", "a"),
                Arguments.of("a👍\ufe0fb", "a b"),
                Arguments.of("a🏴\udb40\udc67\udb40\udc7fb", "a b"),
                Arguments.of("a1\ufe0f\u20e3b", "a b"),
                Arguments.of("a1\u20e3b", "a b"),
                Arguments.of("1\ufe0f 👍", "1 "),
                Arguments.of("a\u2139\ufe0fb", "a b"),
                Arguments.of("x👨\u200d😀\u200d👩y", "x y"));
    }

    @ParameterizedTest
    @MethodSource
    void takesTheWholeSequence(String text, String left) {
        assertThat(Emoji.remove(text)).isEqualTo(left);
    }
}
