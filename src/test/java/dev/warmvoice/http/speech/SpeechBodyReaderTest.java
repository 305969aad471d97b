package dev.warmvoice.http.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmvoice.http.speech.SpeechBodyReader.SpeechCall;
import dev.warmvoice.speech.AudioFormat;
import dev.warmvoice.speech.SpeechConfig;
import dev.warmvoice.speech.SpeechException;
import dev.warmvoice.speech.SpeechRequest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.validation.Validation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The body of a request: what it becomes, and what the error says where it is invalid. */
class SpeechBodyReaderTest {

    private static final SpeechConfig DEFAULTS = new SmallRyeConfigBuilder().withMapping(SpeechConfig.class)
            .withDefaultValues(Map.of("warmvoice.speech.model", "cosyvoice-v3-flash",
                    "warmvoice.speech.voice", "longanyang", "warmvoice.speech.format", "mp3"))
            .build().getConfigMapping(SpeechConfig.class);

    private static final SpeechBodyReader READER = new SpeechBodyReader(Validation.byDefaultProvider().configure()
            .messageInterpolator(new ParameterMessageInterpolator()).buildValidatorFactory().getValidator(), DEFAULTS);

    @Test
    void fillsInTheDefaults() {
        SpeechCall call = read("{\"input\":\"Good morning.\"}");
        assertThat(call.sse()).isFalse();
        assertThat(call.request().model()).isEqualTo("cosyvoice-v3-flash");
        assertThat(call.request().voice()).isEqualTo("longanyang");
        assertThat(call.request().encoding())
                .isEqualTo(new SpeechRequest.Encoding(AudioFormat.MP3, 22_050, null, null));
    }

    @Test
    void readsEveryField() {
        SpeechCall call = read(
                """
                        {"input":"<speak>a</speak>","ssml":true,"model":"cosyvoice-v2","voice":"longxiaochun_v2",
                        "response_format":"opus","sample_rate":48000,"bit_rate":32,"volume":60,"speed":1.5,"pitch":0.5,
                        "seed":65535,"instructions":"softly","language":"en","stream_format":"sse","timestamps":true,
                        "aigc_tag":true,"aigc_propagator":"me","aigc_propagate_id":"","hot_fix":{"replace":[{"AI":"A I"}]},"enable_markdown_filter":false,"unknown":1}""");
        SpeechRequest request = call.request();
        assertThat(call.sse()).isTrue();
        assertThat(request.model()).isEqualTo("cosyvoice-v2");
        assertThat(request.voice()).isEqualTo("longxiaochun_v2");
        assertThat(request.encoding()).isEqualTo(new SpeechRequest.Encoding(AudioFormat.OPUS, 48_000, 32,
                new SpeechRequest.AigcTag("me", null)));
        assertThat(request.prosody()).isEqualTo(new SpeechRequest.Prosody(60, 1.5f, 0.5f));
        assertThat(request.seed()).isEqualTo(65_535);
        assertThat(request.hotFix().replacement()).hasSize(1);
        assertThat(request.timestamps()).isTrue();
        assertThat(request.markdownFilter()).isFalse();
    }

    @Test
    void normalizesIfAsked() {
        String text = "# One\n\n**Two**. \ud83d\ude00";
        JsonObject body = new JsonObject().put("input", text);
        assertThat(read(body.encode()).request().text().characters()).isEqualTo(17);
        assertThat(read(body.put("normalize", false).encode()).request().text().characters()).isEqualTo(17);
        assertThat(read(body.put("normalize", true).encode()).request().text().characters()).isEqualTo(9);
    }

    static Stream<Arguments> namesTheFieldAndItsBound() {
        return Stream.of(
                Arguments.of("", null, "The request body is empty; it must be a JSON object."),
                Arguments.of("[]", null, "The request body must be a JSON object."),
                Arguments.of("{\"input\":\"x", null, "The request body is not valid JSON: line 1"),
                Arguments.of("{\"input\":\"x\"} {}", null, "The request body"),
                Arguments.of("{}", "input", "input must not be empty"),
                Arguments.of("{\"input\":\"\"}", "input", "input must not be empty"),
                Arguments.of("{\"input\":\" \\n \"}", "input", "input must not be empty"),
                Arguments.of("{\"input\":7}", "input", "input must be a string"),
                Arguments.of("{\"input\":{}}", "input", "input must be a string"),
                Arguments.of("{\"input\":\"\\ud83d\"}", "input", "half a surrogate pair at position 0"),
                Arguments.of(input("a".repeat(200_001)), "input", "at most 200000 characters and is 200001"),
                Arguments.of(input("语".repeat(100_001)), "input", "at most 200000 characters and is 200002"),
                Arguments.of(new JsonObject().put("ssml", true).put("input",
                        "<speak>" + "a".repeat(20_001) + "</speak>").encode(), "input", "is 20001"),
                Arguments.of("{\"input\":\"<speak>a</speak>\"}", "input", "set ssml to true"),
                Arguments.of("{\"input\":\"plain\",\"ssml\":true}", "input", "not an SSML document"),
                Arguments.of("{\"input\":\"<speak>a\",\"ssml\":true}", "input", "not well-formed at line 1, column 9"),
                Arguments.of("{\"input\":\"a\",\"ssml\":\"yes\"}", "ssml", "ssml must be true or false"),
                Arguments.of("{\"input\":\"a\",\"speed\":0.24}", "speed", "speed must be between 0.25 and 4"),
                Arguments.of("{\"input\":\"a\",\"speed\":4.01}", "speed", "speed must be between 0.25 and 4"),
                Arguments.of("{\"input\":\"a\",\"speed\":\"fast\"}", "speed", "speed must be a number"),
                Arguments.of("{\"input\":\"a\",\"pitch\":0.4}", "pitch", "pitch must be between 0.5 and 2"),
                Arguments.of("{\"input\":\"a\",\"volume\":101}", "volume", "volume must be between 0 and 100"),
                Arguments.of("{\"input\":\"a\",\"seed\":-1}", "seed", "seed must be between 0 and 65535"),
                Arguments.of("{\"input\":\"a\",\"seed\":65536}", "seed", "seed must be between 0 and 65535"),
                Arguments.of("{\"input\":\"a\",\"seed\":99999999999}", "seed", "seed must be a whole number"),
                Arguments.of("{\"input\":\"a\",\"seed\":1.5}", "seed", "seed must be a whole number"),
                Arguments.of("{\"input\":\"a\",\"volume\":" + "9".repeat(2000) + "}", null, "not valid JSON"),
                Arguments.of("{\"input\":\"a\",\"x\":" + "[".repeat(2000) + "}", null, "not valid JSON"),
                Arguments.of("{\"input\":\"... \\u200b?!\"}", "input", "nothing that can be spoken"),
                Arguments.of(new JsonObject().put("input", "a").put("hot_fix", new JsonObject().put("replace",
                        new JsonArray().add(new JsonObject().put("AI", "x".repeat(10_001))))).encode(), "hot_fix",
                        "hot_fix must be at most 10000 characters"),
                Arguments.of("{\"input\":\"a\",\"sample_rate\":12345}", "sample_rate",
                        "sample_rate must be one of [8000, 16000, 22050, 24000, 44100, 48000]"),
                Arguments.of("{\"input\":\"a\",\"sample_rate\":22050,\"response_format\":\"opus\"}", "sample_rate",
                        "sample_rate must be one of [8000, 16000, 24000, 48000] for opus"),
                Arguments.of("{\"input\":\"a\",\"response_format\":\"aac\"}", "response_format",
                        "mp3, opus, wav, pcm. Instead of aac, use mp3 or opus."),
                Arguments.of("{\"input\":\"a\",\"response_format\":\"FLAC\"}", "response_format",
                        "mp3, opus, wav, pcm. Instead of flac, use wav"),
                Arguments.of("{\"input\":\"a\",\"response_format\":\"opus\",\"bit_rate\":5}", "bit_rate",
                        "between 6 and 510"),
                Arguments.of("{\"input\":\"a\",\"bit_rate\":32}", "bit_rate", "only allowed with response_format opus"),
                Arguments.of("{\"input\":\"a\",\"stream_format\":\"mp3\"}", "stream_format", "one of audio, sse"),
                Arguments.of("{\"input\":\"a\",\"voice\":\"" + "x".repeat(129) + "\"}", "voice",
                        "voice must be at most 128 characters"),
                Arguments.of("{\"input\":\"a\",\"voice\":{\"name\":\"x\"}}", "voice", "voice must be a string"),
                Arguments.of("{\"input\":\"a\",\"voice\":7}", "voice", "voice must be a string"),
                Arguments.of("{\"input\":\"a\",\"sample_rate\":24000.5}", "sample_rate",
                        "sample_rate must be a whole number"),
                Arguments.of("{\"input\":\"a\",\"sample_rate\":3e10}", "sample_rate",
                        "sample_rate must be a whole number"),
                Arguments.of("{\"input\":\"a\",\"instructions\":\"" + "x".repeat(101) + "\"}", "instructions",
                        "at most 100 characters and is 101"),
                Arguments.of("{\"input\":\"a\",\"instructions\":\"" + "语".repeat(51) + "\"}", "instructions",
                        "at most 100 characters and is 102"),
                Arguments.of("{\"input\":\"a\",\"aigc_propagator\":\"me\"}", "aigc_propagator",
                        "only allowed with aigc_tag true"),
                Arguments.of("{\"input\":\"a\",\"aigc_tag\":false,\"aigc_propagate_id\":\"1\"}", "aigc_propagate_id",
                        "only allowed with aigc_tag true"),
                Arguments.of("{\"input\":\"a\",\"aigc_tag\":true,\"response_format\":\"pcm\"}", "aigc_tag",
                        "aigc_tag needs response_format mp3, opus or wav"),
                Arguments.of("{\"input\":\"a\",\"normalize\":\"yes\"}", "normalize", "normalize must be true or false"),
                Arguments.of("{\"input\":\"<speak>a</speak>\",\"ssml\":true,\"normalize\":true}", "normalize",
                        "normalize is not allowed with ssml"),
                Arguments.of("{\"input\":\"```\\ncode\\n```\",\"normalize\":true}", "input",
                        "nothing that can be spoken"),
                Arguments.of("{\"input\":\"<speak>a</speak>\",\"normalize\":true}", "input", "set ssml to true"),
                Arguments.of("{\"input\":\"a\",\"enable_markdown_filter\":1}", "enable_markdown_filter",
                        "enable_markdown_filter must be true or false"),
                Arguments.of("{\"input\":\"a\",\"hot_fix\":{\"replace\":[{\"b\":\"\\ud800\"}]}}", "hot_fix",
                        "hot_fix contains half a surrogate pair"),
                Arguments.of("{\"input\":\"a\",\"hot_fix\":3}", "hot_fix", "hot_fix must be an object"),
                Arguments.of("{\"input\":\"a\",\"hot_fix\":{\"replace\":[{\"a\":{}}]}}", "hot_fix",
                        "hot_fix must be an object"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tts-1", "tts-1-hd", "tts-1-1106", "tts-1-hd-1106", "tts-2", "gpt-4o-mini-tts",
            "gpt-4o-mini-tts-2025-12-15", "gpt-realtime-3.5-tts"})
    void modelsOfOpenAiStandForTheConfiguredOne(String model) {
        assertThat(read(new JsonObject().put("input", "a").put("model", model).encode()).request().model())
                .isEqualTo("cosyvoice-v3-flash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tts", "tts-1-x", "my-tts-1", "gpt-4o", "cosyvoice-v2"})
    void otherModelsGoToTheService(String model) {
        assertThat(read(new JsonObject().put("input", "a").put("model", model).encode()).request().model())
                .isEqualTo(model);
    }

    @Test
    void emptyStringsAreMissingFields() {
        assertThat(read("""
                {"input":"a","model":"","voice":"","response_format":"","instructions":"","language":"",
                "stream_format":"","speed":"","volume":"","ssml":"","sample_rate":""}"""))
                .usingRecursiveComparison().isEqualTo(read("{\"input\":\"a\"}"));
    }

    @Test
    void readsTheShapesThatOtherClientsSend() {
        SpeechCall call = read("""
                {"input":"a","voice":{"id":"longxiaochun_v2"},"response_format":"PCM","stream_format":"SSE",
                "sample_rate":24000.0,"volume":5e1}""");
        assertThat(call.sse()).isTrue();
        assertThat(call.request().voice()).isEqualTo("longxiaochun_v2");
        assertThat(call.request().encoding())
                .isEqualTo(new SpeechRequest.Encoding(AudioFormat.PCM, 24_000, null, null));
        assertThat(call.request().prosody().volume()).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource({"0.25,0.5,speed=0.5", "4,2,speed=2.0", "1.5,1.5,"})
    void clampsTheSpeedAndSaysSo(float asked, float used, String note) {
        SpeechCall call = read("{\"input\":\"a\",\"speed\":" + asked + "}");
        assertThat(call.request().prosody().speed()).isEqualTo(used);
        assertThat(call.notes().get("X-Clamped")).isEqualTo(note);
    }

    @ParameterizedTest
    @MethodSource
    void namesTheFieldAndItsBound(String body, String field, String message) {
        SpeechException refused = catchThrowableOfType(SpeechException.class, () -> read(body));
        assertThat(refused).as(body).isNotNull();
        assertThat(refused.kind()).isEqualTo(SpeechException.Kind.INVALID);
        assertThat(refused.getMessage()).contains(message);
        assertThat(refused.field()).isEqualTo(Optional.ofNullable(field));
    }

    private static SpeechCall read(String body) {
        return READER.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String input(String text) {
        return new JsonObject().put("input", text).encode();
    }
}
