package dev.warmvoice.emulator.voice;

import com.sun.speech.freetts.Item;
import com.sun.speech.freetts.Relation;
import com.sun.speech.freetts.UtteranceProcessor;
import com.sun.speech.freetts.Voice;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;

import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * FreeTTS' voice "kevin16", reading Latin text as English. One object serves one thread at a time: {@link #borrow} it
 * and {@link #giveBack} it.
 */
final class English {

    /** What kevin16 speaks at, in Hz. */
    static final int SAMPLE_RATE = 16000;

    /** Loading a voice takes a tenth of a second and 13 MB, so a few outlive the emulator that loaded them. */
    private static final int KEPT = 2;

    private static final Deque<English> IDLE = new ArrayDeque<>();
    private static final String UNDECOMPOSED = "ßøæœłđıþð";
    private static final String NEAREST_ASCII = "soeeldits";

    private final Voice kevin;
    private final SampleCollector collector = new SampleCollector();
    private final List<com.sun.speech.freetts.Utterance> utterances = new ArrayList<>();

    @SuppressWarnings("unchecked") // FreeTTS predates generics
    private English() {
        kevin = List.of(new KevinVoiceDirectory().getVoices()).stream().filter(v -> "kevin16".equals(v.getName()))
                .findFirst().orElseThrow();
        kevin.allocate();
        kevin.setAudioPlayer(collector);
        kevin.getUtteranceProcessors().add((UtteranceProcessor) utterances::add);
    }

    static English borrow() {
        synchronized (IDLE) {
            English idle = IDLE.poll();
            if (idle != null) {
                return idle;
            }
        }
        return new English();
    }

    void giveBack() {
        synchronized (IDLE) {
            if (IDLE.size() < KEPT) {
                IDLE.push(this);
            }
        }
    }

    /**
     * @param hertz mean pitch
     * @param rate 2 takes half the time
     */
    SampledSentence speak(String text, double hertz, double rate) {
        collector.clear();
        utterances.clear();
        kevin.setPitch((float) hertz);
        kevin.setDurationStretch((float) (1 / rate));
        kevin.speak(asciiOf(text));
        return new SampledSentence(collector.samples(), words(text));
    }

    private List<Word> words(String text) {
        String ascii = asciiOf(text);
        var words = new ArrayList<Word>();
        double offset = 0;
        int cursor = 0;
        double end = collector.size() / (double) SAMPLE_RATE;
        for (com.sun.speech.freetts.Utterance utterance : utterances) {
            Item token = utterance.getRelation(Relation.TOKEN).getHead();
            for (; token != null; token = token.getNext()) {
                int begin = ascii.indexOf(token.toString(), cursor);
                Item first = segment(token.getDaughter(), false);
                Item last = segment(token.getLastDaughter(), true);
                if (begin < 0 || first == null || last == null) {
                    continue;
                }
                cursor = begin + token.toString().length();
                words.add(new Word(text.substring(begin, cursor), begin, cursor,
                        Math.min(end, offset + endOf(first.getPrevious())), Math.min(end, offset + endOf(last))));
            }
            offset += endOf(utterance.getRelation(Relation.SEGMENT).getTail());
        }
        return words;
    }

    /** The first or last sound of a word, or null when it has none, as a dash. */
    private static Item segment(Item word, boolean last) {
        Item item = word == null ? null : word.getItemAs(Relation.SYLLABLE_STRUCTURE);
        for (int level = 0; level < 2 && item != null; level++) {
            item = last ? item.getLastDaughter() : item.getDaughter();
        }
        return item == null ? null : item.getItemAs(Relation.SEGMENT);
    }

    private static double endOf(Item segment) {
        return segment == null ? 0 : segment.getFeatures().getFloat("end");
    }

    /** Character by character, so that positions stay what they are. FreeTTS knows no other letters. */
    private static String asciiOf(String text) {
        var ascii = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            ascii.append(c < 128 ? c : asciiOf(c));
        }
        return ascii.toString();
    }

    private static char asciiOf(char c) {
        char base = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD).charAt(0);
        if (base < 128) {
            return base;
        }
        int known = UNDECOMPOSED.indexOf(Character.toLowerCase(c));
        return known >= 0 ? NEAREST_ASCII.charAt(known) : Character.isLetter(c) ? 'e' : ' ';
    }
}
