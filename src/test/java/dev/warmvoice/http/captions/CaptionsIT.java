package dev.warmvoice.http.captions;

import static dev.warmvoice.testing.Texts.SENTENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.lambda.LambdaInstance;
import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.LiveClient;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The captions of speeches, on the packaged process. */
@EnabledOnOs(OS.LINUX)
@OnBinary
class CaptionsIT {

    private static final JsonObject CALL = new JsonObject().put("input", SENTENCE).put("timestamps", true);

    private static Emulator emulator;
    private static Artifact artifact;

    private final Api api = artifact.api().withToken("mine");

    @BeforeAll
    static void start() throws Exception {
        emulator = Emulator.start(EmulatorOptions.defaults().withTasksPerSecond(0));
        Map<String, String> settings = LambdaInstance.settings(emulator);
        settings.put("warmvoice.captions.keep", "1m");
        settings.put("warmvoice.auth.tokens", "mine,other");
        artifact = Artifact.start(settings);
    }

    @AfterAll
    static void stop() {
        artifact.close();
        emulator.close();
    }

    @Test
    void writesThemInEveryFormat() throws Exception {
        HttpResponse<byte[]> speech = api.speak(CALL);
        assertThat(speech.body()).isEqualTo(Emulator.audioOf(emulator.journal().lastTask()));
        assertThat(speech.headers().firstValue("X-Captions")).contains("60");
        HttpResponse<String> srt = captions(api, id(speech), "srt");
        assertThat(srt.statusCode()).isEqualTo(200);
        assertThat(srt.headers().firstValue("Content-Type")).contains("application/x-subrip;charset=UTF-8");
        assertThat(srt.body()).startsWith("1\n00:00:0").contains(" --> ", "\nGood morning.\n\n2\n",
                "\nYour train leaves at nine.\n");
        HttpResponse<String> vtt = captions(api, id(speech), "vtt");
        assertThat(vtt.headers().firstValue("Content-Type")).contains("text/vtt;charset=UTF-8");
        assertThat(vtt.body()).startsWith("WEBVTT\n\n00:00:0").contains("Good morning.");
        JsonObject json = new JsonObject(captions(api, id(speech), "json").body());
        assertThat(json.getString("request_id")).isEqualTo(id(speech));
        assertThat(json.getJsonArray("sentences").getJsonObject(1).getJsonArray("words")).hasSize(5);
        assertThat(captions(api, id(speech), "txt").statusCode()).isEqualTo(404);
    }

    @Test
    void serverSentEventsHaveThemToo() throws Exception {
        HttpResponse<byte[]> speech = api.speak(CALL.copy().put("stream_format", "sse"));
        assertThat(captions(api, id(speech), "srt").statusCode()).isEqualTo(200);
    }

    @Test
    void anotherTokenDoesNotGetThem() throws Exception {
        HttpResponse<byte[]> speech = api.speak(CALL);
        HttpResponse<String> refused = captions(artifact.api().withToken("other"), id(speech), "srt");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("No captions of this request").doesNotContain("Good morning");
    }

    @Test
    void aSpeechThatBrokeOffHasNone() throws Exception {
        // For both tasks, if the request has two.
        emulator.faults().always(new Fault.Rst(3));
        HttpResponse<InputStream> speech = api.open(CALL);
        assertThatThrownBy(() -> speech.body().readAllBytes()).isInstanceOf(IOException.class);
        emulator.faults().clear();
        assertThat(captions(api, id(speech), "srt").statusCode()).isEqualTo(404);
    }

    @Test
    void aLiveUtteranceHasThem() throws Exception {
        try (LiveClient live = LiveClient.withToken(artifact.base(), "mine")) {
            JsonObject finished = live.start(new JsonObject().put("timestamps", true)).text(SENTENCE).finish()
                    .next("finished");
            assertThat(captions(api, finished.getString("request_id"), "srt").body()).contains("leaves at nine.");
        }
    }

    private static String id(HttpResponse<?> speech) {
        return speech.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private static HttpResponse<String> captions(Api from, String id, String format) throws Exception {
        return from.get("/v1/audio/speech/" + id + "/captions." + format);
    }
}
