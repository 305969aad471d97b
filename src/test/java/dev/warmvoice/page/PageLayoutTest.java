package dev.warmvoice.page;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.testing.DevProfile;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.Texts;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's layout as a real browser computes it, from a small phone to a wide screen. */
@QuarkusTest
@TestProfile(DevProfile.class)
class PageLayoutTest extends PageInBrowser {

    private static final String LONG_WORD = "Donaudampfschifffahrtsgesellschaft".repeat(20);

    @BeforeEach
    void measure() throws IOException {
        try (InputStream script = PageLayoutTest.class.getResourceAsStream("layout.js")) {
            browser.evaluate(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 1440})
    void fitsAndIsReadableInEveryState(int width) {
        requireGoodLayouts(width);
    }

    @Nightly
    @ParameterizedTest
    @ValueSource(ints = {360, 768})
    void fitsAndIsReadableInEveryStateBetween(int width) {
        requireGoodLayouts(width);
    }

    /** Leaves a screenshot of each state in {@code target}. */
    private void requireGoodLayouts(int width) {
        browser.resize(width, 800);
        requireGoodLayout("idle", width);
        browser.click("#speak");
        awaitWords(4);
        requireGoodLayout("speaking", width);
        browser.click("#speak");
        awaitStop();
        type("Yes.");
        browser.click("#speak");
        awaitState("done");
        requireGoodLayout("done", width);
        breakBy("Refuse handshakes");
        breakBy("Cut idle ones");
        awaitPool("discarded", 4);
        requireGoodLayout("discarded", width);
        type(" ");
        browser.click("#speak");
        awaitState("failed");
        requireGoodLayout("failed", width);
        browser.goOffline(true);
        awaitText("#server", "The server does not answer. Trying again …");
        requireGoodLayout("offline", width);
        browser.goOffline(false);
        awaitText("#server", "connected");
    }

    private void requireGoodLayout(String state, int width) {
        for (String scheme : List.of("dark", "light")) {
            String name = "page-" + state + "-" + scheme + "-" + width;
            browser.prefer(scheme);
            try {
                browser.screenshot(Path.of("target", name + ".png"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(faults("overflows()")).as("what overflows: " + name).isEmpty();
            assertThat(faults("unreadable()")).as("contrast below 4.5: " + name).isEmpty();
            assertThat(faults("raggedSlots()")).as("slots out of the grid: " + name).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 1440})
    void aLongWordScrollsAndMovesNothing(int width) {
        requireRoomForALongWord(width);
    }

    @Nightly
    @ParameterizedTest
    @ValueSource(ints = {360, 768, 1024})
    void aLongWordScrollsAndMovesNothingBetween(int width) {
        requireRoomForALongWord(width);
    }

    private void requireRoomForALongWord(int width) {
        browser.resize(width, 800);
        type("Yes.");
        List<String> controls = faults("controls()");
        type(LONG_WORD);
        assertThat(faults("controls()")).isEqualTo(controls);
        requireNoSidewaysScroll();
        browser.click("#speak");
        awaitState("speaking");
        assertThat(faults("controls()").subList(0, 4)).isEqualTo(controls.subList(0, 4));
        requireNoSidewaysScroll();
        browser.click("#speak");
        awaitStop();
        for (String where : List.of("#error", "#status", "#pool-note", "#faults-status", "#server")) {
            browser.evaluate("document.querySelector('" + where + "').textContent = '" + LONG_WORD + "'");
        }
        requireNoSidewaysScroll();
    }

    private void requireNoSidewaysScroll() {
        assertThat(faults("overflows()")).as("what overflows").isEmpty();
        assertThat(faults("sideways()")).as("what is scrolled sideways").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"360,640", "740,360", "1440,900"})
    void keepsTheSpokenWordInView(int width, int height) {
        browser.resize(width, height);
        type(Texts.STORY.repeat(2));
        browser.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
        browser.evaluate("""
                window.unseen = [];
                new MutationObserver(changes => {
                    for (const { target } of changes.filter(change => change.target.dataset.state === 'now')) {
                        const { left, top, bottom } = target.getBoundingClientRect();
                        if (document.querySelector('.paper') !== document.elementFromPoint(left + 2, (top + bottom) / 2)
                                ?.closest('.paper')) {
                            window.unseen.push(target.textContent);
                        }
                    }
                }).observe(document.querySelector('#words'), { subtree: true, attributeFilter: ['data-state'] });
                """);
        playFaster();
        browser.click("#speak");
        await().atMost(SOON.multipliedBy(3)).until(() -> paperScroll() > 60);
        assertThat(browser.list("window.unseen")).isEmpty();
        browser.click("#speak");
        awaitStop();
    }

    @Test
    void leavesTheReaderWhoScrollsAway() {
        browser.resize(360, 640);
        browser.click("#speak");
        awaitWords(2);
        browser.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
        awaitWords(6);
        assertThat(browser.evaluate("document.querySelector('.paper').getBoundingClientRect().bottom < 0"))
                .as("the text is still out of view").isEqualTo(true);
        browser.click("#speak");
        awaitStop();
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 360, 540, 768, 900, 1024, 1280, 1440})
    void modelNamesAreNotCutOff(int width) {
        browser.resize(width, 800);
        assertThat(faults("cutOff('#model')")).isEmpty();
        choose("model", "cosyvoice-v3.5-flash");
        browser.evaluate("document.querySelector('#model').dispatchEvent(new Event('change'))");
        assertThat(browser.evaluate("document.querySelector('#own').hidden")).isEqualTo(false);
        assertThat(faults("overflows()")).isEmpty();
        assertThat(faults("cutOff('#model')")).isEmpty();
    }

    @Test
    void hintsAtKeysWhereThereAreKeys() {
        assertThat(isHintShown()).isTrue();
        browser.becomePhone(360, 740);
        assertThat(isHintShown()).isFalse();
        browser.becomePhone(740, 360);
        assertThat(isHintShown()).as("on its side").isFalse();
    }

    private static void playFaster() {
        browser.evaluate("""
                const play = HTMLMediaElement.prototype.play;
                HTMLMediaElement.prototype.play = function () {
                    this.playbackRate = 3;
                    return play.call(this);
                };
                """);
    }

    private static boolean isHintShown() {
        return (Boolean) browser.evaluate("document.querySelector('#keys').checkVisibility()");
    }

    private static List<String> faults(String measure) {
        return texts(browser.list("window.layout." + measure));
    }

    private static int paperScroll() {
        return ((Number) browser.evaluate("document.querySelector('.paper').scrollTop")).intValue();
    }

    private static void awaitWords(int count) {
        await().atMost(SOON).until(() -> browser.list("window.lit").size() >= count);
    }
}
