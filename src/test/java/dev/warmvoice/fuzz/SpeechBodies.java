package dev.warmvoice.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Request bodies for speech: mostly well-formed, partly within the bounds. */
final class SpeechBodies {

    private SpeechBodies() {
    }

    static Arbitrary<String> json() {
        Arbitrary<Map<String, Object>> bodies = Combinators
                .combine(fields().get("input"), HostileInput.objects(fields()))
                .as((input, fields) -> {
                    fields.putIfAbsent("input", input);
                    return fields;
                });
        return HostileInput.json(bodies);
    }

    /** Each field with valid values and values just outside its bounds. */
    static Map<String, Arbitrary<?>> fields() {
        Map<String, Arbitrary<?>> fields = new LinkedHashMap<>();
        Arbitrary<String> texts = Arbitraries.of("Good morning.", "早上好。", "a", "<speak>a</speak>", " ", "...",
                "# One **two** [three](https://example.com)");
        fields.put("input", Arbitraries.oneOf(texts, HostileInput.strings()));
        fields.put("model", Arbitraries.of("cosyvoice-v3-flash", "tts-1", "cosyvoice-v9"));
        fields.put("voice", Arbitraries.of("longanyang", "alloy", "unknown-voice"));
        fields.put("response_format", Arbitraries.of("mp3", "opus", "wav", "pcm", "flac"));
        fields.put("speed", Arbitraries.of(0.5, 1, 2, 2.1));
        fields.put("pitch", Arbitraries.of(0.5, 1, 2, 0.4));
        fields.put("volume", Arbitraries.of(0, 50, 100, 101));
        fields.put("seed", Arbitraries.of(0, 65_535, 65_536));
        fields.put("sample_rate", Arbitraries.of(8000, 22_050, 24_000, 48_000, 12_345));
        fields.put("bit_rate", Arbitraries.of(6, 510, 511));
        fields.put("ssml", Arbitraries.of(true, false));
        fields.put("language", Arbitraries.of("en", "zh"));
        fields.put("instructions", HostileInput.strings());
        fields.put("stream_format", Arbitraries.of("audio", "sse"));
        fields.put("timestamps", Arbitraries.of(true, false));
        fields.put("normalize", Arbitraries.of(true, false));
        fields.put("enable_markdown_filter", Arbitraries.of(true, false));
        Arbitrary<Object> pairs = Arbitraries.maps(HostileInput.strings(), HostileInput.strings()).ofMaxSize(2).list()
                .ofMaxSize(2).map(Object.class::cast);
        fields.put("hot_fix", HostileInput.objects(Map.of("pronunciation", pairs, "replace", pairs)));
        return fields;
    }

}
