package dev.warmvoice.http.captions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.speech.SpeechEvent;
import dev.warmvoice.speech.SpeechEvent.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CuesTest {

    @Test
    void aShortSentenceIsOneCueWithItsPunctuation() {
        assertThat(Cues.of(List.of(sentence("\u201cGood  morning,\u201d she\nsaid.", 300))))
                .containsExactly(new Cue(0, 1200, "\u201cGood morning,\u201d she said."));
    }

    @Test
    void aLongSentenceIsCutBetweenWords() {
        String text = "It was the best of times, ".repeat(10).strip();
        List<Cue> cues = Cues.of(List.of(sentence(text, 100)));
        assertThat(cues).hasSizeGreaterThan(2).allSatisfy(
                cue -> assertThat(cue.text().lines()).hasSizeLessThanOrEqualTo(2)
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(52)));
        assertThat(String.join(" ", cues.stream().map(Cue::text).toList()).replace('\n', ' ')).isEqualTo(text);
        for (int i = 1; i < cues.size(); i++) {
            assertThat(cues.get(i).beginMs()).isEqualTo(cues.get(i - 1).endMs());
        }
    }

    @Test
    void aSlowSentenceIsCutAfterSevenSeconds() {
        assertThat(Cues.of(List.of(sentence("one two three four", 3000)))).extracting(Cue::text)
                .containsExactly("one two", "three four");
    }

    @Test
    void ideographsCountAsTwoColumns() {
        List<Word> words = IntStream.range(0, 60).mapToObj(i -> new Word("\u8bed", i, i + 1, i * 100, i * 100 + 100))
                .toList();
        assertThat(Cues.of(List.of(new SpeechEvent.Words(0, "\u8bed".repeat(60), words)))).extracting(
                Cue::text).containsExactly("\u8bed".repeat(21) + "\n" + "\u8bed".repeat(21), "\u8bed".repeat(18));
    }

    @Test
    void wordsStandForATextThatTheirIndexesDoNotFit() {
        List<Word> words = List.of(new Word("Good", 7, 11, 0, 100), new Word("morning", -1, 3, 100, 200));
        assertThat(Cues.of(List.of(new SpeechEvent.Words(0, "Good morning.", words))))
                .containsExactly(new Cue(0, 200, "Good morning"));
        assertThat(Cues.of(List.of(new SpeechEvent.Words(0, "", words)))).extracting(Cue::text)
                .containsExactly("Good morning");
    }

    @Test
    void writesSubRipAndWebVtt() {
        Captions captions = new Captions(
                List.of(sentence("a <b> & c", 1000), new SpeechEvent.Words(1, "End.",
                        List.of(new Word("End", 0, 3, 3_661_001, 3_661_500)))));
        assertThat(captions.srt()).isEqualTo("""
                1
                00:00:00,000 --> 00:00:03,000
                a <b> & c

                2
                01:01:01,001 --> 01:01:01,500
                End.

                """);
        assertThat(captions.vtt()).isEqualTo("""
                WEBVTT

                00:00:00.000 --> 00:00:03.000
                a &lt;b&gt; &amp; c

                01:01:01.001 --> 01:01:01.500
                End.

                """);
    }

    /** Each run of letters is a word that takes that long. */
    private static SpeechEvent.Words sentence(String text, int wordMs) {
        List<Word> words = new ArrayList<>();
        Matcher each = Pattern.compile("\\p{L}+").matcher(text);
        while (each.find()) {
            int begin = words.size() * wordMs;
            words.add(new Word(each.group(), each.start(), each.end(), begin, begin + wordMs));
        }
        return new SpeechEvent.Words(0, text, words);
    }
}
