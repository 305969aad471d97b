package dev.warmvoice.page;

import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The page, opened anew in a real browser for each test, and what a test does with it. */
abstract class PageInBrowser {

    static final Duration SOON = Duration.ofSeconds(10);

    /** Records the audio that the page plays and the words that it highlights. */
    private static final String OBSERVER = """
            window.played = [];
            window.mp3 = [];
            window.lit = [];
            const start = AudioBufferSourceNode.prototype.start;
            AudioBufferSourceNode.prototype.start = function (...when) {
                window.played.push(this.buffer);
                return start.apply(this, when);
            };
            const append = SourceBuffer.prototype.appendBuffer;
            SourceBuffer.prototype.appendBuffer = function (bytes) {
                append.call(this, bytes);
                window.mp3.push(bytes);
            };
            new MutationObserver(changes => changes.filter(({ target }) => target.dataset.state === 'now')
                .forEach(({ target }) => window.lit.push(target.textContent.replace(/\\W+$/, ''))))
                .observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
            """;

    @TestHTTPResource("/")
    URI base;

    static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.executable().isPresent(), "no Chromium on this machine: the page is not tested");
        browser = new Browser(Browser.executable().orElseThrow());
        browser.runFirst(OBSERVER);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @BeforeEach
    void open() {
        browser.resize(1280, 800);
        browser.open(base);
        awaitPool("idle", 4);
    }

    @AfterEach
    void repair() {
        breakBy("Repair all");
        awaitText("#faults-status", "Nothing is broken.");
        assertThat(browser.complaints()).as("errors in the browser's console").isEmpty();
    }

    static List<String> texts(List<?> values) {
        return values.stream().map(String.class::cast).toList();
    }

    void type(String text) {
        browser.evaluate("document.querySelector('#text').select()");
        browser.type(text);
    }

    void choose(String id, String value) {
        browser.evaluate("document.querySelector('#" + id + "').value = '" + value + "'");
    }

    void breakBy(String label) {
        browser.evaluate("[...document.querySelectorAll('#fault-buttons button')]"
                + ".find(button => button.textContent === '" + label + "').click()");
    }

    double number(String property) {
        return Double.parseDouble((String) browser
                .evaluate("document.querySelector('#progress').style.getPropertyValue('" + property + "') || '0'"));
    }

    String state() {
        return (String) browser.evaluate("document.querySelector('#speech').dataset.state");
    }

    void awaitState(String expected) {
        await().atMost(Duration.ofSeconds(30)).until(this::state, expected::equals);
    }

    /** Waits for the end of a speech that was stopped, before or after its request was finished. */
    void awaitStop() {
        awaitText("#speak", "Speak");
    }

    void awaitText(String selector, String expected) {
        await().atMost(SOON).until(() -> browser.text(selector), expected::equals);
    }

    void awaitPool(String slotState, int slots) {
        await().atMost(SOON).until(() -> browser.evaluate(
                "document.querySelectorAll('#slots [data-state=" + slotState + "]').length").equals(slots));
    }
}
