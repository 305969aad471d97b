package dev.warmvoice.speech.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an address begins and ends, and in which script its paragraph is. */
class EmailAddressesTest {

    private final EmailAddresses addresses = new EmailAddresses();

    @ParameterizedTest
    @CsvSource({"Mail ann@example.com,Mail ann at example.com",
            "Mail ann@a.b or bob@c.d!,Mail ann at a.b or bob at c.d!",
            "Mail ann:bob@a.b,Mail ann:bob at a.b", "Mail mailto:ann@a.b,Mail ann at a.b",
            "Mail mailto:x:ann@a.b,Mail mailto:x:ann at a.b", "At 9: bob@a.b,At 9: bob at a.b",
            "Mail ann@a.b-,Mail ann at a.b-", "Mail ann@a.b...,Mail ann at a.b...", "Mail a@b.cé,Mail a at b.cé",
            "Mail éa@b.c,Mail éa at b.c", "Mail ann@a.b@c.d,Mail ann at a.b@c.d"})
    void addressIsSpoken(String text, String spoken) {
        assertThat(addresses.speakable(text)).isEqualTo(spoken);
    }

    @ParameterizedTest
    @CsvSource({"Mail @a.b", "Mail ann@", "Mail ann@home", "Mail ann@.home", "Mail ann@...", "@", "a @ b.c"})
    void otherSignsStayAsTheyAre(String text) {
        assertThat(addresses.speakable(text)).isEqualTo(text);
    }

    @Test
    void signAtTheBeginningHidesNoAddress() {
        assertThat(addresses.speakable("@home: ann@a.b")).isEqualTo("@home: ann at a.b");
    }

    @Test
    void paragraphWithoutLettersHasTheScriptOfTheOneBefore() {
        addresses.speakable("写信给");
        addresses.endParagraph();
        addresses.endParagraph();
        assertThat(addresses.speakable("1: ann@a.b")).isEqualTo("1: ann 艾特 a.b");
    }

    @Test
    void paragraphInAnotherScriptHasItsOwnWord() {
        addresses.speakable("写信给");
        addresses.endParagraph();
        assertThat(addresses.speakable("Mail ann@a.b")).isEqualTo("Mail ann at a.b");
    }

    @Test
    void textAfterAnAddressCountsForTheNext() {
        assertThat(addresses.speakable("1: ann@a.b 或者")).isEqualTo("1: ann @ a.b 或者");
        assertThat(addresses.speakable(" ann@a.b")).isEqualTo(" ann 艾特 a.b");
    }
}
