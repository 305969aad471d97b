package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that is meant to be expensive: the time stays in proportion to its length, and the stack does not overflow. */
class TextNormalizerLimitsTest {

    private static final int LENGTH = 200_000;

    /** What this thread may use of the processor; others use it, too. */
    private static final Duration MAX_CPU = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(strings = {">", "> ", "[", "![", "]", "(", "[a](", "[a][", "[a](b) ", "*a ", "**a ", "_a ", "*a_",
            "a*", "**a*",
            "a**b__", "`", "`` ` ", "```", "```\n", "~~~a\n", "<a ", "<!--", "<", "&", "&amp;", "- ", "> - ", "1. ",
            "\n", "a\n",
            "*\n", "#", "# ", "~", "|", " | ", "\\", "@", "a@a.a", "a.b@", "mailto:", ":a@b", "www.", "http://",
            "https://a.b/ ",
            "https://a.b/(", "😀", "a\ufe0f", "\u200d", "[a]:", "[a]: /b\n", "[^1]", "a "})
    void takesTimeInProportion(String part) {
        String text = part.repeat(LENGTH / part.length());
        long before = cpuNanos();
        TextNormalizer.normalize(text);
        assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(MAX_CPU);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "**", "_", "[", "![", "<b>", "> ", "- ", "1. ", "("})
    void takesAnyDepth(String opening) {
        String closing = opening.equals("[") ? "]" : opening.equals("![") ? "](c)" : opening;
        assertThat(TextNormalizer.normalize(opening.repeat(10_000) + "deep" + closing.repeat(10_000))).contains("deep");
        assertThat(TextNormalizer.normalize((opening + "a ").repeat(200) + ("b" + closing).repeat(200))).contains("a");
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
