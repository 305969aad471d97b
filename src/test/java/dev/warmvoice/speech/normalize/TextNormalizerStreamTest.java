package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Text that arrives in pieces: what is spoken, and when. */
class TextNormalizerStreamTest {

    /** For one example. */
    private final TextNormalizer normalizer = new TextNormalizer();

    @Property
    void isTheSameHoweverItIsCut(@ForAll("markdown") String text, @ForAll("places") List<Integer> places) {
        TextNormalizer normalizer = new TextNormalizer();
        List<Integer> ends = IntStream.concat(places.stream().mapToInt(place -> place % (text.length() + 1)),
                IntStream.of(0, text.length())).sorted().distinct().boxed().toList();
        String spoken = IntStream.range(1, ends.size())
                .mapToObj(i -> normalizer.add(text.substring(ends.get(i - 1), ends.get(i))))
                .collect(Collectors.joining());
        assertThat(spoken + normalizer.flush()).isEqualTo(TextNormalizer.normalize(text));
    }

    @Property
    void isTheSameCharByChar(@ForAll String text) {
        TextNormalizer normalizer = new TextNormalizer();
        String spoken = text.chars().mapToObj(c -> normalizer.add(Character.toString(c))).collect(Collectors.joining());
        assertThat(spoken + normalizer.flush()).isEqualTo(TextNormalizer.normalize(text));
    }

    @Property
    void leavesProseAsItIs(@ForAll("prose") String text) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(text);
    }

    /** Of marks only, none of which can leave anything out. */
    @Property
    void losesNoWord(@ForAll("marked") List<String> words) {
        String text = String.join(" ", words);
        assertThat(TextNormalizer.normalize(text).replaceAll("[^a-z]", "")).isEqualTo(text.replaceAll("[^a-z]", ""));
    }

    @Property
    void holdsBackNoMoreThanItSays(@ForAll("openings") String opening) {
        String text = "word ".repeat(3 * TextNormalizer.MAX_HELD / 5);
        String spoken = new TextNormalizer().add(opening + text);
        assertThat(text.length() - spoken.length()).isLessThanOrEqualTo(TextNormalizer.MAX_HELD);
    }

    @Example
    void releasesWordsOfProseAtOnce() {
        assertThat(normalizer.add("Good morning. ")).isEqualTo("Good morning. ");
        assertThat(normalizer.add("Your train ")).isEqualTo("Your train");
        assertThat(normalizer.add("leaves\n")).isEqualTo(" leaves");
        assertThat(normalizer.add("at nine.\n")).isEqualTo(" at nine.\n");
    }

    @Example
    void releasesChineseClausesAtOnce() {
        assertThat(normalizer.add("早上好，您")).isEqualTo("早上好，");
        assertThat(normalizer.add("好。")).isEqualTo("您好。");
    }

    @Example
    void releasesEmphasisWhenItIsClosed() {
        assertThat(normalizer.add("This is **very. ")).isEqualTo("This is");
        assertThat(normalizer.add("Very** ")).isEqualTo(" very. Very");
        assertThat(normalizer.add("important ")).isEqualTo(" important");
    }

    @Example
    void releasesTheRestOfAParagraphAtItsEnd() {
        assertThat(normalizer.add("An *asterisk without end. ")).isEqualTo("An");
        assertThat(normalizer.add("\n\n")).isEqualTo(" *asterisk without end.\n");
    }

    @Example
    void flushReleasesEverything() {
        assertThat(normalizer.add("See [the do")).isEqualTo("See");
        assertThat(normalizer.flush()).isEqualTo(" [the do");
        assertThat(normalizer.add("cs]. ")).isEqualTo("cs]. ");
        assertThat(normalizer.flush()).isEmpty();
    }

    @Example
    void flushEndsNoCodeBlock() {
        assertThat(normalizer.add("```\na")).isEmpty();
        assertThat(normalizer.flush()).isEmpty();
        assertThat(normalizer.add("\nb\n```\nText. ")).isEqualTo("Text. ");
    }

    /** The service gives up a task that gets no text for 23 s. */
    @Example
    void sendsSpacesWhileCodeIsLeftOut() {
        assertThat(normalizer.add("Look:\n```\n")).isEqualTo("Look:\n");
        assertThat(normalizer.add("a line of code\n".repeat(100))).isEqualTo("   ");
        assertThat(normalizer.add("```\nDone. ")).isEqualTo("Done. ");
    }

    @Provide
    Arbitrary<String> markdown() {
        return Arbitraries.of("a", "Good ", "早上", "。", "👍", "1\ufe0f\u20e3", "\u200d", ". ", "\n", "\r\n",
                "\r", "  ", "*", "**", "_", "`", "```", "~~~", "# ", "- ", "1. ", "> ", "|", " | ", "---", "===", "[",
                "]", "](",
                ")", "![", "[x]", "<", ">", "<br>", "\\", "&amp;", "https://a.b/c", "www.", "a@b.c", "]: ",
                "word ".repeat(250))
                .list().ofMaxSize(40).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<Integer>> places() {
        return Arbitraries.integers().between(0, 400).list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<String> prose() {
        Arbitrary<String> words = Arbitraries.of("Good", "morning", "早上好", "don't", "(sic)", "3.14", "e.g.", "Grüße");
        Arbitrary<String> ends = Arbitraries.of(" ", " ", ", ", ". ", "? ", "! ", "; ", ": ", " - ", "… ", "，", "。");
        return Combinators.combine(words, ends).as(String::concat).list().ofMinSize(1).ofMaxSize(30)
                .map(parts -> String.join("", parts) + "end");
    }

    @Provide
    Arbitrary<List<String>> marked() {
        return Arbitraries
                .of("good", "morning", "*one*", "**two**", "_three_", "`four`", "\n- five", "\n# six\n", "\n> seven",
                        "\n\n", "*open", "close*", "**open", "`open", "[open", "close]", "~~eight~~", "\\*nine", "|",
                        "\n---\n")
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<String> openings() {
        return Arbitraries
                .of(Stream.of("", "*", "**", "_", "`", "``", "[", "![", "[a](", "[a]: ", "<a ", "<!-- ", "# *", "- [",
                        "> _").toList());
    }
}
