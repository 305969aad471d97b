package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener hears of a text that was written to be read. */
class TextNormalizerTest {

    static Stream<Arguments> speaksMarkdown() {
        return Stream.of(
                Arguments.of("# The *first* title\nText.", "The first title\nText."),
                Arguments.of("# One #\n## Two # three ##  \n| # | A |", "One\nTwo # three\n#, A"),
                Arguments.of("Title\n=====\nText\n---\nMore", "Title\nText\nMore"),
                Arguments.of("One **two** _three_ ***four*** ~~five~~.", "One two three four five."),
                Arguments.of("- one\n* two\n+ [ ] three\n  - [x] four", "one\ntwo\nthree\nfour"),
                Arguments.of("1. one\n2) two\n    1. three", "1. one\n2) two\n1. three"),
                Arguments.of("> one\n> two\n\nthree", "one two\nthree"),
                Arguments.of("> one\n\ntwo\n> three", "one\ntwo\nthree"),
                Arguments.of("one\n> two\nthree", "one\ntwo three"),
                Arguments.of("See [the *docs*](https://example.com/a_(b) \"t\") now.", "See the docs now."),
                Arguments.of("See [the docs][1] or [2].\n\n[1]: https://example.com", "See the docs or [2].\n"),
                Arguments.of("[Anna]: Well: good morning.\n\n[Bob]: #1 is here.",
                        "[Anna]: Well: good morning.\n[Bob]: #1 is here."),
                Arguments.of("[a]: ../b.html\n[c]: <#d> 'e'\nText", "Text"),
                Arguments.of("![A cat](cat.png) sleeps.", "A cat sleeps."),
                Arguments.of("![A dot](data:image/png;base64," + "iVBOR/0+".repeat(1000) + ") ends.", "A dot ends."),
                Arguments.of("A note[^1].\n\n[^1]: Its text.", "A note.\nIts text."),
                Arguments.of("Call `a.b()` or ``c`d``.", "Call a.b() or c`d."),
                Arguments.of("One.\n```java\nint a = 1;\n```\nTwo.", "One.\nTwo."),
                Arguments.of("1. One:\n   ~~~~\n   a\n   ~~~\n   ~~~~\n2. Two", "1. One:\n2. Two"),
                Arguments.of("> ```\n> code\n\nText", "Text"),
                Arguments.of("One ```two``` three", "One two three"),
                Arguments.of("```one``` two", "one two"),
                Arguments.of("One\n```\nwithout end", "One\n"),
                Arguments.of("| A | *B* |\n|---|:-:|\n| 1 | 2 |\n\nEnd", "A, B\n1, 2\nEnd"),
                Arguments.of("A | B\n--|--\n1 | 2", "A, B\n1, 2"),
                Arguments.of("One<br>two <b>three</b> <!-- four --> &amp; 5 < 6", "One\ntwo three & 5 < 6"),
                Arguments.of("\\*one\\* \\# two", "*one* # two"),
                Arguments.of("One  \ntwo\\\nthree\nfour\r\nfive\rsix", "One\ntwo\nthree four five six"),
                Arguments.of("One.\n***\n\n\n* * *\nTwo.", "One.\nTwo."),
                Arguments.of("    indented", "indented"));
    }

    @ParameterizedTest
    @MethodSource
    void speaksMarkdown(String text, String spoken) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(spoken);
    }

    static Stream<Arguments> speaksChineseMarkdown() {
        return Stream.of(
                Arguments.of("# 标题\n你好，**世界**。", "标题\n你好，世界。"),
                Arguments.of("他说**“好”**的", "他说 “好” 的"),
                Arguments.of("看[文档](https://example.com/x)！", "看文档！"),
                Arguments.of("你好\n世界", "你好世界"),
                Arguments.of("看https://example.com/x。", "看example.com。"));
    }

    @ParameterizedTest
    @MethodSource
    void speaksChineseMarkdown(String text, String spoken) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(spoken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2 * 3 = 6, #1 and a_b_c.", "2*3*4 and 2**10", "12.5 degrees", "-5 degrees", "#hashtag",
            "P(A|B) = 1 && x > y", "array[0][1] and [sic]", "a < b, <3", "Wait ... what?!", "C:\\new", "AT&T",
            "Mr. Smith (the elder) said: \"No!\"", "http://", "@home a@b"})
    void leavesOtherTextAsItIs(String text) {
        assertThat(TextNormalizer.normalize("So: " + text)).isEqualTo("So: " + text);
    }

    @ParameterizedTest
    @CsvSource({"https://example.com/a?b=c#d,example.com", "http://www.example.com:8080,example.com",
            "HTTPS://user:word@example.com,example.com", "www.example.com/x,example.com",
            "(https://example.com/a_(b)),(example.com)", "<https://example.com/x>,example.com",
            "**https://example.com**,example.com", "https://example.com/__init__.py,example.com",
            "[https://example.com/x](https://example.com/x),example.com", "`https://example.com/x`,example.com",
            "https://192.0.2.1/,192.0.2.1", "https://bücher.example/x,bücher.example"})
    void speaksTheHostOfAWebAddress(String address, String spoken) {
        assertThat(TextNormalizer.normalize("See " + address + ".")).isEqualTo("See " + spoken + ".");
    }

    @ParameterizedTest
    @CsvSource({"Write to ann.lee+x@mail.example.com.,Write to ann.lee+x at mail.example.com.",
            "Write to <ann@example.com>,Write to ann at example.com",
            "[Ann](mailto:ann@example.com) or mailto:ann@example.com,Ann or ann at example.com",
            "ann@example.com,ann @ example.com",
            "写信给 Ann: ann@example.com,写信给 Ann: ann 艾特 example.com",
            "連絡は ann@example.com,連絡は ann アット example.com",
            "메일 ann@example.com,메일 ann 골뱅이 example.com",
            "Пиши ann@example.com,Пиши ann @ example.com"})
    void speaksAnEmailAddressInTheScriptOfTheParagraph(String text, String spoken) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(spoken);
    }

    static Stream<Arguments> removesEmoji() {
        return Stream.of(
                Arguments.of("Good 🎉🎉 job 😀!", "Good job!"),
                Arguments.of("Good👍\ud83c\udffdjob", "Good job"),
                Arguments.of("A 👨\u200d👩\u200d👧 family", "A family"),
                Arguments.of(
                        "From \ud83c\udde9\ud83c\uddea, 🏴"
                                + "\udb40\udc67\udb40\udc62\udb40\udc73\udb40\udc63\udb40\udc74\udb40\udc7f",
                        "From,"),
                Arguments.of("1\ufe0f\u20e3 one #\ufe0f\u20e3 *\ufe0f\u20e3 2\u20e3 two 3 # *", "one two 3 # *"),
                Arguments.of("I ❤\ufe0f you ❤ and ☎\ufe0e", "I you and"),
                Arguments.of("Head 🙂\u200d↔\ufe0f shake", "Head shake"),
                Arguments.of("© 2024 ™ → ❶", "© 2024 ™ → ❶"),
                Arguments.of("©\ufe0f 2024", "2024"),
                Arguments.of("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
                Arguments.of("\u0d28\u0d4d\u200d", "\u0d28\u0d4d\u200d"));
    }

    @ParameterizedTest
    @MethodSource
    void removesEmoji(String text, String spoken) {
        assertThat(TextNormalizer.normalize(text)).isEqualTo(spoken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n ", "```\ncode\n```", "---", "![](a.png)", "<!-- a -->", "😀",
            "[1]: https://example.com"})
    void sometimesNothingIsLeft(String text) {
        assertThat(TextNormalizer.normalize(text)).isBlank();
    }

    @Test
    void halfCharacterOfAnEntityIsReplaced() {
        assertThat(TextNormalizer.normalize("a &#55296; b &#x1F3B5; c")).doesNotContain("\ud800")
                .contains("a \ufffd b");
    }
}
