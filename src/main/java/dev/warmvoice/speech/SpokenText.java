package dev.warmvoice.speech;

import dev.warmvoice.speech.normalize.TextNormalizer;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A text that the service accepts: counted as the service counts, without characters that cannot be spoken or sent, and
 * cut into messages.
 *
 * <p>
 * The service counts a Han character as two and any other as one, does not count SSML tags, and takes 20,000 at a time
 * and 200,000 in one task; SSML it takes in one piece only (CosyVoice documentation).
 */
public final class SpokenText {

    /** Max characters of a message, as the service counts them. */
    public static final int MAX_PER_MESSAGE = 20_000;
    /** Max characters of a task, as the service counts them. */
    public static final int MAX_PER_TASK = 200_000;
    /** Max characters of instructions, as the service counts them: it refuses longer ones with error 428. */
    private static final int MAX_INSTRUCTIONS = 100;
    /** Max characters of a text that is to be normalized, in the same counting: much of it may not be spoken. */
    public static final int MAX_BEFORE_NORMALIZATION = 400_000;

    /** The tag as a whole: {@code <speaker 1>} is text. */
    private static final Pattern SSML = Pattern.compile("\\s*<speak[\\s>/].*", Pattern.DOTALL);

    private final List<String> pieces;
    private final int characters;
    private final boolean ssml;
    private final int replaced;

    private SpokenText(List<String> pieces, int characters, boolean ssml, int replaced) {
        this.pieces = pieces;
        this.characters = characters;
        this.ssml = ssml;
        this.replaced = replaced;
    }

    /**
     * A plain text.
     *
     * @param given the text as the client has sent it, if it has
     * @throws SpeechException naming {@code input} and the bound it breaks
     */
    public static SpokenText plain(@Nullable String given) {
        return plain(given, false);
    }

    /**
     * A text that was written to be read, such as Markdown, made speakable.
     *
     * @param given the text as the client has sent it, if it has
     * @throws SpeechException naming {@code input} and the bound it breaks
     */
    public static SpokenText normalized(@Nullable String given) {
        return plain(given, true);
    }

    private static SpokenText plain(@Nullable String given, boolean normalize) {
        String asked = requireText(given, "input");
        if (SSML.matcher(asked).matches()) {
            throw SpeechException.invalid("input", "input looks like SSML: set ssml to true.");
        }
        String text = withPauses(asked);
        if (normalize) {
            requireAtMost(MAX_BEFORE_NORMALIZATION, count(text), "input", " before normalization");
            text = TextNormalizer.normalize(text);
        }
        if (!isSpeakable(text)) {
            throw SpeechException.invalid("input", "input contains nothing that can be spoken.");
        }
        int characters = count(text);
        requireAtMost(MAX_PER_TASK, characters, "input", "");
        int replaced = (int) asked.codePoints().filter(SpokenText::isControl).count();
        return new SpokenText(cut(text), characters, false, replaced);
    }

    /**
     * An SSML document.
     *
     * @param given the document as the client has sent it, if it has
     * @throws SpeechException naming {@code input} and what is wrong with it
     */
    public static SpokenText ssml(@Nullable String given) {
        String text = requireText(given, "input");
        int characters = count(spokenPartOf(text));
        requireAtMost(MAX_PER_MESSAGE, characters, "input", " of SSML");
        return new SpokenText(List.of(text), characters, true, 0);
    }

    /**
     * Checks a part of a text that arrives in parts.
     *
     * @param text with {@link #withPauses pauses}
     * @param before how long the text is already, in the service's counting
     * @return how long the part is
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    static int checkPart(String text, int before) {
        requireWholeCharacters(text, "text");
        int characters = count(text);
        requireAtMost(MAX_PER_TASK, before + characters, "text", " in all");
        return characters;
    }

    /**
     * Checks instructions, which are not spoken.
     *
     * @throws SpeechException naming {@code instructions} and the bound they break
     */
    public static void checkInstructions(String instructions) {
        requireAtMost(MAX_INSTRUCTIONS, count(instructions), "instructions", "");
    }

    /**
     * Checks a part of a text that arrives in parts and is to be normalized.
     *
     * @param before how long the text is already, in the service's counting
     * @return how long the part is
     * @throws SpeechException naming {@code text} and the bound it breaks
     */
    static int checkPartToNormalize(String text, int before) {
        requireWholeCharacters(text, "text");
        int characters = count(text);
        requireAtMost(MAX_BEFORE_NORMALIZATION, before + characters, "text", " in all before normalization");
        return characters;
    }

    /** Whether it has more than spaces and punctuation. */
    static boolean isSpeakable(String text) {
        return text.codePoints().anyMatch(SpokenText::canBeSpoken);
    }

    /** The text in order, none of the pieces longer than {@link #MAX_PER_MESSAGE}. */
    List<String> pieces() {
        return pieces;
    }

    /** Whether it is an SSML document, and so in one piece. */
    boolean isSsml() {
        return ssml;
    }

    /** The number of characters as the service counts, and bills, them. */
    public int characters() {
        return characters;
    }

    /** How many control characters were replaced by pauses. */
    public int replaced() {
        return replaced;
    }

    /** Replaces control characters, such as the form feed after each page of a document, by line breaks. */
    static String withPauses(String text) {
        if (text.codePoints().noneMatch(SpokenText::isControl)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            if (isControl(clean.charAt(i))) {
                clean.setCharAt(i, '\n');
            }
        }
        return clean.toString();
    }

    private static boolean isControl(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\r' && character != '\t';
    }

    private static String requireText(@Nullable String text, String field) {
        if (text == null || text.isBlank()) {
            throw SpeechException.invalid(field, field + " must not be empty.");
        }
        requireWholeCharacters(text, field);
        return text;
    }

    private static void requireWholeCharacters(String text, String field) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw SpeechException.invalid(field, field + " contains half a surrogate pair at position " + i + ".");
            }
        }
    }

    private static void requireAtMost(int max, int characters, String field, String kind) {
        if (characters > max) {
            throw SpeechException.invalid(field, field + " must be at most " + max + " characters" + kind
                    + " and is " + characters + " (a Han character counts 2).");
        }
    }

    /** The number of characters of a text as the service counts them: a Han character as two. */
    public static int count(CharSequence text) {
        return text.codePoints().map(SpokenText::weight).sum();
    }

    private static boolean canBeSpoken(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.CONTROL,
                    Character.FORMAT, Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION, Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION, Character.OTHER_PUNCTUATION, Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }

    private static int weight(int codePoint) {
        return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN ? 2 : 1;
    }

    private static String spokenPartOf(String ssml) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        StringBuilder spoken = new StringBuilder();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(ssml.strip()));
            reader.nextTag();
            if (!reader.getLocalName().equals("speak")) {
                throw notSsml("the root element must be <speak>");
            }
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA -> spoken.append(reader.getText());
                    case XMLStreamReader.DTD, XMLStreamReader.ENTITY_REFERENCE ->
                        throw notSsml("it must not declare or use its own entities");
                    default -> {
                        // tags, comments and instructions are not spoken
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw notSsml("it is not well-formed at line " + e.getLocation().getLineNumber() + ", column "
                    + e.getLocation().getColumnNumber());
        }
        return spoken.toString();
    }

    private static SpeechException notSsml(String why) {
        return SpeechException.invalid("input", "input is not an SSML document: " + why + ".");
    }

    /** In pieces of at most {@link #MAX_PER_MESSAGE}, between sentences where that is possible. */
    static List<String> cut(String text) {
        List<String> pieces = new ArrayList<>();
        int begin = 0;
        int sentenceEnd = 0;
        int count = 0;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            int weight = weight(codePoint);
            if (count + weight > MAX_PER_MESSAGE) {
                int end = sentenceEnd > begin ? sentenceEnd : i;
                pieces.add(text.substring(begin, end));
                count = count(text.substring(end, i));
                begin = end;
            }
            count += weight;
            i += Character.charCount(codePoint);
            if (endsSentence(codePoint)) {
                sentenceEnd = i;
            }
        }
        pieces.add(text.substring(begin));
        return List.copyOf(pieces);
    }

    /** Whether the text contains the end of a sentence. */
    static boolean hasSentenceEnd(String text) {
        return text.codePoints().anyMatch(SpokenText::endsSentence);
    }

    private static boolean endsSentence(int codePoint) {
        return switch (codePoint) {
            case '.', '!', '?', ';', '\n', '\u3002', '\uff01', '\uff1f', '\uff1b' -> true;
            default -> false;
        };
    }
}
