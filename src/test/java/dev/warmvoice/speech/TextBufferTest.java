package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Text that arrives in parts is the same as text in one piece, wherever it is cut. */
class TextBufferTest {

    @Property
    void isTheSameTextHoweverItIsCut(@ForAll("cuts") Cuts cuts) {
        assertThat(sent(new TextBuffer(false), cuts))
                .isEqualTo(String.join("", SpokenText.plain(cuts.text()).pieces()));
    }

    @Property
    void isTheSameNormalizedTextHoweverItIsCut(@ForAll("cuts") Cuts cuts) {
        assertThat(sent(new TextBuffer(true), cuts))
                .isEqualTo(String.join("", SpokenText.normalized(cuts.text()).pieces()));
    }

    private static String sent(TextBuffer buffer, Cuts cuts) {
        for (String part : cuts.parts()) {
            buffer.append(part, 0);
            buffer.release(0);
        }
        buffer.complete();
        buffer.release(0);
        return IntStream.range(0, cuts.parts().size() + 1).filter(buffer::has).mapToObj(buffer::piece)
                .collect(Collectors.joining());
    }

    @Example
    void flushReleasesWhatIsHeldBack() {
        TextBuffer buffer = new TextBuffer(true);
        buffer.append("See [the do", 0);
        assertThat(buffer.release(0)).isEqualTo("See");
        buffer.flush();
        assertThat(buffer.release(0)).isEqualTo(" [the do");
    }

    @Example
    void nothingIsReleasedBeforeThereIsSomethingToSpeak() {
        TextBuffer buffer = new TextBuffer(true);
        assertThat(buffer.append("```\ncode\n```\n", 0)).isEmpty();
        assertThatThrownBy(buffer::complete).isInstanceOf(SpeechException.class)
                .hasMessage("text contains nothing that can be spoken.");
        assertThat(buffer.append("Done. ", 0)).isPresent();
    }

    @Example
    void boundsTheTextBeforeItIsNormalizedAndAfter() {
        TextBuffer buffer = new TextBuffer(true);
        buffer.append("```\n" + "a".repeat(399_996), 0);
        assertThatThrownBy(() -> buffer.append("a", 0)).isInstanceOf(SpeechException.class)
                .hasMessageContaining("at most 400000 characters in all before normalization and is 400001");
        assertThatThrownBy(() -> new TextBuffer(true).append("a ".repeat(100_001), 0))
                .isInstanceOf(SpeechException.class).hasMessageContaining("at most 200000 characters in all");
    }

    @Example
    void halfACharacterAtTheEndIsInvalid() {
        TextBuffer buffer = new TextBuffer(false);
        buffer.append("a\ud83d", 0);
        assertThatThrownBy(buffer::complete).isInstanceOf(SpeechException.class)
                .hasMessage("text contains half a surrogate pair at position 0.");
    }

    @Example
    void halfACharacterInTheMiddleIsInvalid() {
        TextBuffer buffer = new TextBuffer(false);
        buffer.append("a\ud83d", 0);
        assertThatThrownBy(() -> buffer.append("b", 0)).isInstanceOf(SpeechException.class);
    }

    record Cuts(String text, List<String> parts) {

        static Cuts of(String text, List<Integer> at) {
            List<Integer> ends = IntStream.concat(at.stream().mapToInt(cut -> cut % (text.length() + 1)),
                    IntStream.of(0, text.length())).sorted().distinct().boxed().toList();
            return new Cuts(text, IntStream.range(1, ends.size())
                    .mapToObj(i -> text.substring(ends.get(i - 1), ends.get(i))).toList());
        }
    }

    @Provide
    Arbitrary<Cuts> cuts() {
        Arbitrary<String> words = Arbitraries.of("a", "Good ", "早上", "\ud83d\udc4d", ". ", "\f", "\n", "<", "\u0000",
                "é", "**", "`", "- ", "[", "](b)");
        Arbitrary<String> texts = words.list().ofMinSize(1).ofMaxSize(40).map(list -> "a" + String.join("", list));
        return Combinators.combine(texts, Arbitraries.integers().between(0, 200).list().ofMaxSize(12)).as(Cuts::of);
    }
}
