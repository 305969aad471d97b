package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Until when text is held back, since a construct of Markdown may not be over. */
class OpenMarksTest {

    @ParameterizedTest
    @ValueSource(strings = {"*a* ", "**a** ", "***a*** ", "_a_ ", "__a__ ", "*a*b ", "`a` ", "``a`b`` ", "[a] ",
            "[a [b] c] ", "[a](b) ", "[a](b(c)d) ", "<b> ", "</b> ", "<!-- a --> ", "<?a?> "})
    void constructIsOverAtItsEnd(String text) {
        assertThat(after(text).isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a * b ", "a _ b ", "a_b ", "1_2 ", "\\*a ", "\\`a ", "\\[a ", "a < b ", "a <3 ", "a (b ",
            "a) ", "a] ", "a](b ", "[a] (b ", "[a]b(c ", "*a** b ", "word "})
    void otherCharactersOpenNothing(String text) {
        assertThat(after(text).isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"`*a` ", "`<b` ", "`a\\` ", "<b *a> ", "<b `a> ", "[a](b*c) ", "[a](b_c) ", "[a](b[c) "})
    void marksInsideAnotherConstructOpenNothing(String text) {
        assertThat(after(text).isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*a", "*a ", "**a* ", "*a\n* b", "*a * ", "_a ", "_a_b ", "_a_1 ", "`", "`a ", "``a` ",
            "`a`` ", "`a>", "[a ", "[a [b] ", "[a](b ", "[a](b(c) ", "<b ", "</b ", "<! a ", "<? a ", "\\\\*a ",
            "`a` `b ", "<b> <c "})
    void constructIsOpenBeforeItsEnd(String text) {
        assertThat(after(text).isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*a ", "_a ", "`a ", "``", "[a ", "[a](b ", "<b "})
    void everyConstructEndsWithItsParagraph(String text) {
        OpenMarks marks = after(text);
        marks.reset();
        assertThat(marks.isOpen()).isFalse();
        assertThat(add(marks, "*b* ").isOpen()).isFalse();
    }

    @Test
    void knowsTheDestinationOfALink() {
        assertThat(after("[a](").inDestination()).isTrue();
        assertThat(after("[a](b(c)").inDestination()).isTrue();
        assertThat(after("[a](b)").inDestination()).isFalse();
        assertThat(after("a (b").inDestination()).isFalse();
    }

    @Test
    void backslashAppliesToOneCharacter() {
        assertThat(after("a\\").isEscaping()).isTrue();
        assertThat(after("a\\\\").isEscaping()).isFalse();
        assertThat(after("a\\*").isEscaping()).isFalse();
    }

    private static OpenMarks after(String text) {
        return add(new OpenMarks(), text);
    }

    private static OpenMarks add(OpenMarks marks, String text) {
        text.chars().forEach(c -> marks.add((char) c));
        return marks;
    }
}
