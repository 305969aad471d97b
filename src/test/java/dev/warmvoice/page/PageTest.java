package dev.warmvoice.page;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static dev.warmvoice.testing.Waits.await;

import com.sun.net.httpserver.HttpServer;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.DevProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, in dev mode, with the emulator's voice. */
@QuarkusTest
@TestProfile(DevProfile.class)
class PageTest extends PageInBrowser {

    /** All played audio, concatenated. */
    private static final String CAPTIONS = """
            (async () => (await (await fetch(document.querySelector('#captions:not([hidden]) [download$=vtt]').href)).text())
                .split('\\n')[0])()
            """;

    private static final String HEARD = """
            (async () => {
                const buffers = window.mp3.length
                    ? [await new OfflineAudioContext(1, 1, 24000).decodeAudioData(await new Blob(window.mp3).arrayBuffer())]
                    : window.played;
                const samples = buffers.flatMap(buffer => [...buffer.getChannelData(0)]);
                return { seconds: samples.length / buffers[0].sampleRate, pieces: buffers.length,
                    loudest: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) };
            })()
            """;

    @ParameterizedTest
    @ValueSource(strings = {"mp3", "opus", "wav", "pcm"})
    void speaksTypedText(String format) {
        type(SENTENCE);
        choose("format", format);
        browser.click("#speak");
        await().atMost(SOON).until(() -> !browser.text("#first-audio").equals("–"));
        assertThat(browser.text("#connection")).isIn("over a warm connection", "over a fresh connection");
        assertThat(Integer.parseInt(browser.text("#first-audio"))).isBetween(250, 5000);
        awaitState("done");
        double expected = secondsOf(SENTENCE);
        JsonObject heard = JsonObject.mapFrom(browser.evaluate(HEARD));
        assertThat(heard.getDouble("seconds")).isCloseTo(expected, within(expected / 10));
        assertThat(heard.getDouble("loudest")).isBetween(0.05, 1.0);
        assertThat(number("--heard")).isEqualTo(1);
        assertThat(browser.text("#made")).isEqualTo(browser.text("#status").split(" of")[0]);
        assertThat(texts(browser.list("window.lit"))).containsSubsequence("train", "leaves", "at", "nine");
        assertThat(texts(browser.list("[...document.querySelectorAll('#words [data-state]')].map(w => w.textContent)")))
                .containsExactly("Good", "morning.", "Your", "train", "leaves", "at", "nine.");
        assertThat(browser.evaluate(CAPTIONS)).isEqualTo("WEBVTT");
        assertThat(browser.text("#error")).isEmpty();
    }

    @Test
    void playsAudioBeforeSynthesisEnds() {
        choose("format", "pcm");
        browser.click("#speak");
        awaitState("speaking");
        await().atMost(SOON).until(() -> number("--heard") > 0.01);
        assertThat(state()).isEqualTo("speaking");
        assertThat(number("--heard")).isLessThan(number("--made"));
        assertThat(browser.text("#slots")).contains("active");
        browser.click("#speak");
        awaitState("idle");
        assertThat(browser.text("#status")).isEqualTo("Stopped.");
        awaitPool("idle", 4);
    }

    /** Once all audio is there, the request is over, and Stop concerns what is still to be played. */
    @ParameterizedTest
    @ValueSource(strings = {"mp3", "opus"})
    void aFinishedRequestIsNotCancelled(String format) {
        choose("format", format);
        browser.click("#speak");
        awaitState("ending");
        browser.click("#speak");
        awaitState("done");
        assertThat(browser.text("#status"))
                .matches("Playback stopped\\. [\\d.]+ s of speech, \\d+ characters billed\\.");
        await().atMost(SOON).until(() -> browser.requests("loadingFinished").contains("/v1/audio/speech"));
        assertThat(browser.requests("loadingFailed")).doesNotContain("/v1/audio/speech");
    }

    /** Uses the keyboard only, from the top of the page. */
    @Test
    void worksWithTheKeyboardOnly() {
        browser.press("Tab", 9, 0);
        assertThat(browser.evaluate("document.activeElement.id")).isEqualTo("text");
        browser.evaluate("document.activeElement.select()");
        browser.type("One two three four five six seven.");
        for (String next : List.of("model", "voice", "format", "speak")) {
            browser.press("Tab", 9, 0);
            assertThat(browser.evaluate("document.activeElement.id")).isEqualTo(next);
            assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")).isEqualTo("solid");
        }
        browser.press("Enter", 13, 0);
        awaitState("speaking");
        assertThat(browser.text("#speak")).isEqualTo("Stop");
        browser.press("Escape", 27, 0);
        awaitStop();
        browser.press("Enter", 13, 2);
        awaitState("ending");
        assertThat(browser.evaluate("[...document.querySelectorAll('button, select, textarea')]"
                + ".every(each => each.labels?.length || each.textContent)")).isEqualTo(true);
    }

    @Test
    void showsPoolRecovery() {
        int before = discardedAsClosed();
        browser.evaluate("""
                window.most = 0;
                new MutationObserver(() => window.most =
                        Math.max(most, document.querySelectorAll('#slots [data-state=discarded]').length))
                    .observe(document.querySelector('#slots'), { attributes: true, subtree: true });
                """);
        breakBy("Cut idle ones");
        // On a slow machine not all in the same look.
        await().atMost(SOON).until(this::discardedAsClosed, count -> count == before + 4);
        assertThat((int) browser.evaluate("window.most")).isPositive();
        assertThat(browser.text("[data-reason=closed]")).contains("closed by the service while unused");
        awaitPool("idle", 4);
    }

    private int discardedAsClosed() {
        return (int) browser.evaluate("Number(document.querySelector('[data-reason=closed] dd')?.textContent ?? 0)");
    }

    @Test
    void showsAFailureAndItsRecovery() {
        breakBy("Break mid-speech");
        awaitText("#faults-status", "Still to come: Break mid-speech × 1");
        browser.click("#speak");
        awaitState("failed");
        assertThat(browser.text("#error")).containsAnyOf("upstream_error", "the answer broke off");
        awaitText("#faults-status", "Nothing is broken.");
        type("Is it mended?");
        browser.click("#speak");
        awaitState("done");
        assertThat(browser.text("#error")).isEmpty();
        awaitPool("idle", 4);
    }

    @Test
    void retriesOnAFreshConnection() {
        breakBy("Fail before audio");
        awaitText("#faults-status", "Still to come: Fail before audio × 1");
        browser.click("#speak");
        awaitText("#connection", "over a fresh connection");
    }

    @Test
    void showsWhyARequestIsRejected() {
        type(" ");
        browser.click("#speak");
        awaitState("failed");
        assertThat(browser.text("#error")).contains("input");
    }

    @Test
    void showsServerOutageAndRecovery() {
        browser.goOffline(true);
        awaitText("#server", "The server does not answer. Trying again …");
        browser.click("#speak");
        awaitState("failed");
        assertThat(browser.text("#error")).isEqualTo("the server cannot be reached");
        browser.goOffline(false);
        awaitText("#server", "connected");
    }

    /** The freeze stops this JVM, in which the service runs. */
    @Test
    void showsPoolRecoveryAfterAFreeze() {
        browser.evaluate("""
                window.said = [];
                new MutationObserver(() => window.said.push(document.querySelector('#server').textContent))
                    .observe(document.querySelector('#server'), { childList: true });
                """);
        breakBy("Freeze for 5 s");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(texts(browser.list("window.said")))
                .containsExactly("The server does not answer. Trying again …", "connected"));
        assertThat(browser.text("#pool-note")).contains("noticed");
        type("Still there.");
        browser.click("#speak");
        awaitState("done");
    }

    @Test
    void loadsNoForeignScripts() throws Exception {
        HttpResponse<String> page = new Api(base).get("/");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'").doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
    }

    /** Requests that a browser sends without a CORS preflight. */
    private static final String ATTACK = """
            (async () => {
                const url = 'TARGET';
                const call = JSON.stringify({ input: 'Good morning.' });
                await fetch(url, { method: 'POST', mode: 'no-cors', body: new Blob([call]) });
                await fetch(url, { method: 'POST', mode: 'no-cors', body: call });
                navigator.sendBeacon(url, new Blob([call]));
                document.body.innerHTML = '<iframe name="sink"></iframe>'
                    + `<form method="post" enctype="text/plain" target="sink" action="${url}"><input name="field"></form>`;
                document.querySelector('input').name = '{"input":"Good morning.","x":"';
                document.querySelector('input').value = '"}';
                document.querySelector('form').submit();
            })()
            """;

    /** Another site, and another origin of the same site. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void otherOriginsCannotStartTasks(String host) throws Exception {
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        elsewhere.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.close();
        });
        elsewhere.start();
        try {
            double refused = refused();
            int tasks = tasks();
            browser.open(URI.create("http://" + host + ":" + elsewhere.getAddress().getPort() + "/"));
            browser.evaluate(ATTACK.replace("TARGET",
                    "http://localhost:" + base.getPort() + "/v1/audio/speech"));
            await().atMost(SOON).untilAsserted(() -> assertThat(refused()).isEqualTo(refused + 4));
            assertThat(tasks()).as("tasks").isEqualTo(tasks);
        } finally {
            elsewhere.stop(0);
            browser.open(base);
        }
        await().atMost(SOON)
                .until(() -> browser.evaluate("document.querySelector('#model').value !== ''").equals(true));
        type("Good morning.");
        browser.click("#speak");
        awaitState("done");
    }

    private double refused() throws Exception {
        return new Api(base).sum(
                "http_server_requests_seconds_count{method=\"POST\",outcome=\"CLIENT_ERROR\",status=\"403\"");
    }

    private int tasks() throws Exception {
        return new JsonObject(new Api(base).get("/dev/state").body()).getJsonObject("tasks").getInteger("started");
    }

    private static double secondsOf(String text) {
        return Emulator.audioOf("cosyvoice-v3-flash", new JsonObject().put("voice", "longanyang").put("format", "pcm")
                .put("sample_rate", 24_000).put("text_type", "PlainText"), text).length / 48_000.0;
    }
}
