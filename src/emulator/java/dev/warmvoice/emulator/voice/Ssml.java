package dev.warmvoice.emulator.voice;

import java.io.StringReader;
import java.util.Set;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A {@code <speak>} document reduced to the text in it.
 *
 * @param text what is to be spoken
 * @param characters what the service bills: the text between the tags, by {@link Characters#count}
 */
public record Ssml(String text, int characters) {

    /** Elements that part words: without a blank in their place "one" and "two" would be read as "onetwo". */
    private static final Set<String> SEPARATORS = Set.of("break", "p", "s");

    /** @return whether the service would take this text for markup when SSML is enabled */
    public static boolean isMarkup(String text) {
        return text.stripLeading().startsWith("<speak");
    }

    /**
     * @param document an XML document with the root {@code speak}
     *
     * @return the text in it
     *
     * @throws MalformedSsmlException when it is not well-formed or has another root
     */
    public static Ssml parse(String document) {
        var text = new StringBuilder();
        int characters = 0;
        try {
            XMLStreamReader reader = secureFactory().createXMLStreamReader(new StringReader(document.strip()));
            reader.nextTag();
            reader.require(XMLStreamConstants.START_ELEMENT, null, "speak");
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                    text.append(reader.getText());
                    characters += Characters.count(reader.getText());
                } else if (event == XMLStreamConstants.START_ELEMENT && SEPARATORS.contains(reader.getLocalName())) {
                    text.append(' ');
                }
            }
            return new Ssml(text.toString(), characters);
        } catch (XMLStreamException e) {
            throw new MalformedSsmlException(e);
        }
    }

    private static XMLInputFactory secureFactory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** The text claims to be SSML and is not. */
    public static final class MalformedSsmlException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        MalformedSsmlException(XMLStreamException cause) {
            super("SSML text is not well-formed.", cause);
        }
    }
}
