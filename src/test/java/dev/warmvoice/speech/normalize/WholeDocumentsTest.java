package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/**
 * The words that are spoken of a document are those that CommonMark's parser finds in it, although it reads it as a
 * whole. Without what is spoken otherwise on purpose: see docs/api.md.
 */
class WholeDocumentsTest {

    @Property
    void hasTheWordsThatCommonMarkFinds(@ForAll("documents") String document) {
        assertThat(letters(TextNormalizer.normalize(document))).isEqualTo(letters(words(document)));
    }

    private static String letters(String text) {
        return text.replaceAll("[^a-zA-Z]", "");
    }

    private static String words(String document) {
        StringBuilder words = new StringBuilder();
        Parser.builder().build().parse(document).accept(new AbstractVisitor() {

            @Override
            public void visit(Text text) {
                words.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                words.append(code.getLiteral());
            }
        });
        return words.toString();
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> block = Arbitraries.lazyOf(
                () -> paragraph(),
                () -> paragraph().map(text -> "## " + text.replace('\n', ' ') + " ##"),
                () -> paragraph().map(text -> text + "\n==="),
                () -> paragraph().map(text -> "> " + text.replace("\n", "\n> ")),
                () -> paragraph().list().ofMinSize(1).ofMaxSize(3).map(texts -> items(texts, "- ", "  ")),
                () -> paragraph().list().ofMinSize(1).ofMaxSize(3).map(texts -> items(texts, "1. ", "   ")),
                () -> Combinators.combine(paragraph(), paragraph(), paragraph())
                        .as((one, two, three) -> items(
                                List.of(one + "\n\n" + two + "\n- " + three.replace("\n", "\n  ")), "* ",
                                "  ")),
                () -> Arbitraries.of("---", "***", "```java\nint a;\n\n# b\n```", "~~~\n```\n~~~",
                        "- a\n  ```\n  code\n  ```",
                        "> ```\n> code\n\ntext"));
        return block.list().ofMaxSize(8).map(blocks -> String.join("\n\n", blocks));
    }

    private static String items(List<String> texts, String mark, String indent) {
        return String.join("\n", texts.stream().map(text -> mark + text.replace("\n", "\n" + indent)).toList());
    }

    private static Arbitrary<String> paragraph() {
        Arbitrary<String> inline = Arbitraries.of("Word", "two words.", "**bold**", "**Bold. Words**", "*a b*", "_c d_",
                "***both***", "**a *b* c**", "*a\nb*", "`code x`", "``a ` b``", "[a link](https://example.com/a_b*c)",
                "[*b* c](d \"e\")", "![an image](f.png)", "[![g](h.png)](i)", "&amp;", "\\*j\\*", "k_l_m", "n*o*p",
                "2 * 3",
                "a  \nb", "a\\\nb", "**(c)**", "a!", "unclosed*", "*open", "[sic]", "<b>d</b>", "<!-- e -->");
        return Combinators.combine(inline.list().ofMinSize(1).ofMaxSize(8), Arbitraries.of(" ", "\n"))
                .as((parts, space) -> String.join(space, parts)).map(text -> "Text " + text);
    }
}
