package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

class SentencesTest {

    private final Sentences sentences = new Sentences();

    private List<String> poll() {
        var all = new ArrayList<String>();
        for (String sentence = sentences.poll(); sentence != null; sentence = sentences.poll()) {
            all.add(sentence);
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"One. Two|One. /Two", "你好！世界。|你好！/世界。", "It is 3.14 now.|It is 3.14 now.",
            "Mr. Smith left. Why?|Mr. Smith left. /Why?", "\"Go!\" he said.|\"Go!\" /he said.",
            "Well... no|Well... /no",
            "What?! No.|What?! /No."})
    void endsAtSentenceMarksOnly(String text, String parts) {
        sentences.add(text);
        sentences.end();
        assertThat(poll()).containsExactly(parts.split("/"));
    }

    @Test
    void waitsForTheRestOfASentence() {
        sentences.add("Hello");
        assertThat(sentences.poll()).isNull();
        sentences.add(" world. And");
        assertThat(poll()).containsExactly("Hello world. ");
        sentences.end();
        assertThat(poll()).containsExactly("And");
    }

    @Test
    void endsAtAFlush() {
        sentences.flush();
        sentences.add("Hello wor");
        sentences.flush();
        sentences.add("ld. And");
        sentences.flush();
        sentences.flush();
        sentences.add(" now");
        assertThat(poll()).containsExactly("Hello wor", "ld. ", "And");
        sentences.add(". Then");
        assertThat(poll()).containsExactly(" now. ");
        sentences.flush();
        assertThat(poll()).containsExactly("Then");
        assertThat(sentences.poll()).isNull();
    }

    @Test
    void splitsEndlessText() {
        String endless = "word ".repeat(1000) + "字".repeat(1000) + "𠀀".repeat(500);
        sentences.add(endless);
        sentences.end();
        List<String> parts = poll();
        assertThat(String.join("", parts)).isEqualTo(endless);
        assertThat(parts).allMatch(part -> part.length() <= 160 && !Character.isLowSurrogate(part.charAt(0)));
    }

    @Test
    void isEmptyWithoutText() {
        sentences.end();
        assertThat(sentences.poll()).isNull();
    }
}
