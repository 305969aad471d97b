package dev.warmvoice.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenTextTest {

    @ParameterizedTest
    @CsvSource({"hello,5", "你好,4", "AI与你,6", "こんにちは,5", "안녕,2", "😀,1", "𠀀,2"})
    void countsHanTwiceAndEverythingElseOnce(String text, int characters) {
        assertThat(SpokenText.plain(text).characters()).isEqualTo(characters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t  "})
    void rejectsEmptyText(String text) {
        assertRefused(() -> SpokenText.plain(text), "must not be empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc00a", "\ud800\ud800", "a\ud800b"})
    void rejectsHalfASurrogatePair(String text) {
        assertRefused(() -> SpokenText.plain(text), "half a surrogate pair");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\fb", "a\u0000b", "a\u001bb", "a\u0085b"})
    void controlCharactersArePauses(String text) {
        SpokenText spoken = SpokenText.plain(text);
        assertThat(spoken.pieces()).containsExactly("a\nb");
        assertThat(spoken.replaced()).isEqualTo(1);
    }

    @Test
    void lineBreaksAndTabsStay() {
        assertThat(SpokenText.plain("a\r\n\tb").pieces()).containsExactly("a\r\n\tb");
        assertThat(SpokenText.plain("a\r\n\tb").replaced()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<speaker 1> Good morning.", "<speak-up>", "a <speak>b</speak>"})
    void otherTagsAreText(String text) {
        assertThat(SpokenText.plain(text).pieces()).containsExactly(text);
    }

    @Test
    void acceptsUpToTheTaskLimit() {
        assertThat(SpokenText.plain("a".repeat(200_000)).characters()).isEqualTo(200_000);
        assertRefused(() -> SpokenText.plain("a".repeat(200_001)), "at most 200000 characters and is 200001");
        assertRefused(() -> SpokenText.plain("语".repeat(100_001)), "is 200002");
    }

    @Test
    void countsWhatIsSpokenOfANormalizedText() {
        assertThat(SpokenText.normalized("**a** <!-- b -->").pieces()).containsExactly("a");
        assertThat(SpokenText.normalized("a\n```\n" + "b".repeat(399_994)).characters()).isLessThan(1000);
        assertRefused(() -> SpokenText.normalized("a\n```\n" + "b".repeat(399_995)),
                "at most 400000 characters before normalization and is 400001");
        assertRefused(() -> SpokenText.normalized("**" + "a ".repeat(100_001) + "**"),
                "at most 200000 characters and is 200001");
        assertRefused(() -> SpokenText.normalized("---"), "nothing that can be spoken");
    }

    @Test
    void splitsAtSentencesWithoutLoss() {
        String text = "A sentence that is said again and again. ".repeat(1200);
        var pieces = SpokenText.plain(text).pieces();
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).hasSizeGreaterThan(2).allSatisfy(piece -> assertThat(piece.length())
                .isLessThanOrEqualTo(20_000));
        assertThat(pieces.subList(0, pieces.size() - 1)).allSatisfy(piece -> assertThat(piece).endsWith("."));
    }

    @Test
    void splitsTextWithoutSentencesBetweenCharacters() {
        String text = "😀".repeat(20_001) + "𠀀".repeat(10_001);
        var pieces = SpokenText.plain(text).pieces();
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).allSatisfy(piece -> {
            assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
            assertThat(SpokenText.plain(piece).characters()).isLessThanOrEqualTo(20_000);
        });
    }

    @Test
    void sendsSsmlInOnePieceAndDoesNotCountItsTags() {
        String ssml = "<speak rate=\"1.2\">" + "<break time=\"1s\"/>a".repeat(20_000) + "</speak>";
        assertThat(SpokenText.ssml(ssml).characters()).isEqualTo(20_000);
        assertThat(SpokenText.ssml(ssml).pieces()).containsExactly(ssml);
        assertRefused(() -> SpokenText.ssml("<speak>" + "a".repeat(20_001) + "</speak>"),
                "at most 20000 characters of SSML and is 20001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "<speak>hello", "<speak>a & b</speak>", "<p>hello</p>", "<speak/><speak/>",
            "<!DOCTYPE speak [<!ENTITY a \"b\">]><speak>&a;</speak>",
            "<!DOCTYPE speak SYSTEM \"file:///etc/passwd\"><speak>a</speak>", "<speak>&nbsp;</speak>"})
    void rejectsInvalidSsml(String text) {
        assertRefused(() -> SpokenText.ssml(text), "input is not an SSML document");
    }

    @Test
    void rejectsUndeclaredSsml() {
        assertRefused(() -> SpokenText.plain("<speak>hello</speak>"), "set ssml to true");
        assertThat(SpokenText.plain("a < b and <3").characters()).isEqualTo(12);
    }

    @Test
    void neverQuotesTheText() {
        assertThatThrownBy(() -> SpokenText.ssml("<speak>secret &nope; </speak>")).hasMessageNotContainingAny("secret",
                "nope");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SpeechException.class, e -> {
            assertThat(e.kind()).isEqualTo(SpeechException.Kind.INVALID);
            assertThat(e.field()).contains("input");
        }).hasMessageContaining(message);
    }

    @Test
    void instructionsHaveAtMost100Characters() {
        SpokenText.checkInstructions("a".repeat(100));
        SpokenText.checkInstructions("好".repeat(50));
        assertInstructionsTooLong("a".repeat(101));
        assertInstructionsTooLong("好".repeat(50) + "a");
    }

    private static void assertInstructionsTooLong(String instructions) {
        assertThatExceptionOfType(SpeechException.class)
                .isThrownBy(() -> SpokenText.checkInstructions(instructions))
                .satisfies(why -> assertThat(why.field()).contains("instructions"));
    }

    @Test
    void partsOfATextAreCountedTogether() {
        assertThat(SpokenText.checkPart("好a", 0)).isEqualTo(3);
        assertThat(SpokenText.checkPartToNormalize("好a", 0)).isEqualTo(3);
        assertThatExceptionOfType(SpeechException.class)
                .isThrownBy(() -> SpokenText.checkPart("好", SpokenText.MAX_PER_TASK - 1));
        assertThat(SpokenText.checkPart("a", SpokenText.MAX_PER_TASK - 1)).isEqualTo(1);
    }

    @Test
    void partHasNoHalfCharacters() {
        assertThatExceptionOfType(SpeechException.class).isThrownBy(() -> SpokenText.checkPart("\ud83d", 0));
        assertThatExceptionOfType(SpeechException.class)
                .isThrownBy(() -> SpokenText.checkPartToNormalize("\ud83d", 0));
    }

    @Test
    void prefixesOfSsmlNeedNoNamespace() {
        assertThat(SpokenText.ssml("<speak><x:y>Good</x:y></speak>").characters()).isEqualTo(4);
    }
}
