package dev.warmvoice.speech.normalize;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.InlineParserContext;
import org.commonmark.parser.Parser;
import org.commonmark.parser.beta.LinkInfo;
import org.commonmark.parser.beta.LinkResult;
import org.commonmark.parser.beta.Scanner;
import org.jspecify.annotations.Nullable;

/** Makes words of a paragraph speakable, in which inline Markdown is complete. Not thread-safe. */
final class Inline {

    /** Keeps a definition of a link from being one, as which it would vanish, and is taken off again. */
    private static final String PREFIX = "x ";
    private static final Parser PARSER = Parser.builder().enabledBlockTypes(Set.of()).maxInlineNesting(100)
            .linkProcessor(Inline::reference).build();
    /** Words without these are no Markdown. */
    private static final Pattern HALF = Pattern.compile("\\p{Cs}");
    private static final Pattern MARKS = Pattern.compile("[\\\\`*_\\[\\]<&~]");
    /** As in 2*3*4, which emphasis would make 234 of. */
    private static final Pattern MULTIPLIED = Pattern.compile("(?<=\\d)\\*(?=\\d)");
    private static final Pattern ESCAPED_MULTIPLIED = Pattern.compile("(?<=\\d)\\\\\\*(?=\\d)");
    /** Two stars or more that are no emphasis for CommonMark, such as those between punctuation and a Han character. */
    private static final Pattern STRAY_STARS = Pattern.compile("(?<![\\d*])\\*{2,}(?!\\*)|(?<!\\*)\\*{2,}(?![\\d*])");
    private static final Pattern FOOTNOTE = Pattern.compile("\\[\\^[^\\]\\s]{1,32}]:?");
    private static final Pattern BREAK = Pattern.compile("</?br\\b.*");
    private static final Pattern SPACES = Pattern.compile("[ \\t]{2,}");

    private final EmailAddresses addresses = new EmailAddresses();

    /** Forgets in which script the paragraph is. */
    void endParagraph() {
        addresses.endParagraph();
    }

    /**
     * What is to be spoken.
     *
     * @return without spaces around it; may be empty
     */
    String speak(String markdown) {
        String source = WebAddresses.toHosts(markdown);
        String text = MARKS.matcher(source).find() ? parse(source) : source;
        text = addresses.speakable(Emoji.remove(text));
        return SPACES.matcher(text).replaceAll(" ").strip();
    }

    private static String parse(String source) {
        Node document = PARSER.parse(PREFIX + MULTIPLIED.matcher(source).replaceAll("\\\\*"));
        StringBuilder text = new StringBuilder();
        Node node = document;
        while (node != null) {
            append(node, text);
            node = following(node);
        }
        return text.substring(Math.min(PREFIX.length(), text.length()));
    }

    /** The next one in the order of the text. Without recursion, since a client decides how deep they are nested. */
    private static @Nullable Node following(Node node) {
        if (node.getFirstChild() != null) {
            return node.getFirstChild();
        }
        Node up = node;
        while (up != null && up.getNext() == null) {
            up = up.getParent();
        }
        return up == null ? null : up.getNext();
    }

    private static void append(Node node, StringBuilder text) {
        if (node instanceof Text words) {
            text.append(withoutStrayMarks(whole(words.getLiteral())));
        } else if (node instanceof Code code) {
            text.append(ESCAPED_MULTIPLIED.matcher(code.getLiteral()).replaceAll("*"));
        } else if (node instanceof SoftLineBreak) {
            text.append(' ');
        } else if (node instanceof HardLineBreak || (node instanceof HtmlInline html && isBreak(html))) {
            text.append('\n');
        }
    }

    /** Without the half characters that the entity of a surrogate stands for. */
    private static String whole(String text) {
        boolean hasHalf = text.codePoints()
                .anyMatch(c -> Chars.in(c, Character.MIN_SURROGATE, Character.MAX_SURROGATE));
        return hasHalf ? HALF.matcher(text).replaceAll("\ufffd") : text;
    }

    private static boolean isBreak(HtmlInline html) {
        return BREAK.matcher(html.getLiteral().toLowerCase(Locale.ROOT)).matches();
    }

    private static String withoutStrayMarks(String text) {
        String result = text.contains("**") ? STRAY_STARS.matcher(text).replaceAll(" ") : text;
        result = result.contains("[^") ? FOOTNOTE.matcher(result).replaceAll("") : result;
        return result.replace("~~", "");
    }

    /** A link by a label, {@code [text][label]}: its text, whether the label is defined, maybe much later, or not. */
    private static @Nullable LinkResult reference(LinkInfo link, Scanner scanner, InlineParserContext context) {
        if (link.destination() != null || link.label() == null || isIndex(link)) {
            return LinkResult.none();
        }
        LinkResult result = LinkResult.wrapTextIn(new Link("", null), scanner.position());
        return link.marker() == null ? result : result.includeMarker();
    }

    /** As in {@code table[1][2]}. */
    private static boolean isIndex(LinkInfo link) {
        String before = link.openingBracket().getPrevious() instanceof Text text ? text.getLiteral() : "";
        return !before.isEmpty() && (Chars.isAlphanumeric(before.charAt(before.length() - 1)) || before.endsWith("]"));
    }
}
