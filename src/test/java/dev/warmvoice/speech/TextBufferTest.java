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
        TextBuffer buffer = new TextBuffer();
        for (String part : cuts.parts()) {
            buffer.append(part, 0);
            buffer.release(0);
        }
        buffer.complete();
        buffer.release(0);
        String sent = IntStream.range(0, cuts.parts().size() + 1).filter(buffer::has).mapToObj(buffer::piece)
                .collect(Collectors.joining());
        assertThat(sent).isEqualTo(String.join("", SpokenText.plain(cuts.text()).pieces()));
    }

    @Example
    void halfACharacterAtTheEndIsInvalid() {
        TextBuffer buffer = new TextBuffer();
        buffer.append("a\ud83d", 0);
        assertThatThrownBy(buffer::complete).isInstanceOf(SpeechException.class)
                .hasMessage("text contains half a surrogate pair at position 0.");
    }

    @Example
    void halfACharacterInTheMiddleIsInvalid() {
        TextBuffer buffer = new TextBuffer();
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
                "é");
        Arbitrary<String> texts = words.list().ofMinSize(1).ofMaxSize(40).map(list -> "a" + String.join("", list));
        return Combinators.combine(texts, Arbitraries.integers().between(0, 200).list().ofMaxSize(12)).as(Cuts::of);
    }
}
