package dev.warmvoice.emulator.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SsmlTest {

    @Test
    void keepsTheText() {
        Ssml ssml = Ssml.parse(" <speak voice=\"x\">你好<break time=\"1s\"/>a &amp; b<![CDATA[<]]><!-- no --></speak>\n");
        assertThat(ssml.text()).isEqualTo("你好 a & b<");
        assertThat(ssml.characters()).isEqualTo(4 + 6);
    }

    @Test
    void recognizesMarkup() {
        assertThat(Ssml.isMarkup("  <speak>")).isTrue();
        assertThat(Ssml.isMarkup("a <speak>")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<speak>a", "<speak>a & b</speak>", "<speak><a></speak>", "<speaker>a</speaker>",
            "<speak>a</speak>b", "<!DOCTYPE speak [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><speak>&e;</speak>"})
    void rejectsInvalidMarkup(String document) {
        assertThatThrownBy(() -> Ssml.parse(document)).isInstanceOf(Ssml.MalformedSsmlException.class);
    }
}
