package dev.warmvoice.fuzz;

import io.vertx.core.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Invalid and malicious input. */
final class HostileInput {

    private static final int MAX_CHARACTERS = 60;
    private static final String[] SNIPPETS = {"", "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "NaN", "1e999",
            "-0", "\\ud800", "\\u0000", "\u0000", "\uFEFF", "<", "&", "]]>", "[".repeat(5000), "{\"a\":".repeat(5000)};

    private HostileInput() {
    }

    static Arbitrary<String> strings() {
        return Arbitraries.oneOf(Arbitraries.strings().all().ofMaxLength(MAX_CHARACTERS),
                Arbitraries.strings().ascii().ofMaxLength(MAX_CHARACTERS),
                Arbitraries.of("", " ", "Good morning.", "\u0000", "<speak>", "<speak>a</speak>", "\uD83D\uDE00",
                        "早上好。",
                        "\uD800", "null", "../../etc/passwd", "%00", "a".repeat(300), "語".repeat(20)));
    }

    /** Mostly the first, rarely the second. */
    static Arbitrary<String> mostly(Arbitrary<String> usual, Arbitrary<String> odd) {
        return Arbitraries.frequencyOf(Tuple.of(15, usual), Tuple.of(1, odd));
    }

    /** Any JSON value with some nesting. */
    static Arbitrary<Object> values() {
        Arbitrary<Object> numbers = Arbitraries.of(List.<Object>of(0, -1, 1, 50, 100, 8000, 22_050, 24_000,
                Integer.MAX_VALUE, Long.MIN_VALUE, new BigDecimal("1e400"), new BigDecimal("0.1e-400"), 0.5, 1.5));
        Arbitrary<Object> leaves = Arbitraries.<Object>oneOf(Arbitraries.of(true, false), Arbitraries.integers(),
                Arbitraries.doubles(), numbers, strings()).injectNull(0.1);
        return Arbitraries.lazyOf(() -> leaves, () -> leaves,
                () -> values().list().ofMaxSize(3).map(Object.class::cast),
                () -> Arbitraries.maps(strings(), values()).ofMaxSize(3).map(Object.class::cast));
    }

    /** Objects with some of these fields, each with one of its values or any other, sometimes with an extra field. */
    static Arbitrary<Map<String, Object>> objects(Map<String, Arbitrary<?>> fields) {
        List<Arbitrary<Tuple.Tuple2<String, Object>>> entries = new ArrayList<>();
        fields.forEach((name, known) -> entries.add(Arbitraries.frequencyOf(Tuple.of(20, known.map(Object.class::cast)),
                Tuple.of(1, values())).map(value -> Tuple.of(name, value)).injectNull(0.85)));
        entries.add(Combinators.combine(strings(), values()).as(Tuple::of).injectNull(0.9));
        return Combinators.combine(entries).as(chosen -> {
            Map<String, Object> object = new LinkedHashMap<>();
            chosen.forEach(entry -> {
                if (entry != null) {
                    object.put(entry.get1(), entry.get2());
                }
            });
            return object;
        });
    }

    /** Valid JSON, and JSON with a mutation. */
    static Arbitrary<String> json(Arbitrary<?> values) {
        Arbitrary<String> encoded = values.map(Json::encode);
        return Arbitraries.frequencyOf(Tuple.of(14, encoded), Tuple.of(3, mangled(encoded)), Tuple.of(1, strings()),
                Tuple.of(1, values().map(Json::encode)));
    }

    /** Removes, doubles or replaces a part of the text. */
    static Arbitrary<String> mangled(Arbitrary<String> texts) {
        return Combinators.combine(texts, Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 20),
                Arbitraries.of(SNIPPETS), Arbitraries.of(true, false)).as((text, share, length, snippet, twice) -> {
                    int from = (int) (share * text.length());
                    int to = Math.min(text.length(), from + length);
                    String middle = twice ? text.substring(from, to).repeat(2) : snippet;
                    return text.substring(0, from) + middle + (share > 0.9 ? "" : text.substring(to));
                });
    }

    static Arbitrary<byte[]> bytes(Arbitrary<String> texts) {
        return Arbitraries.oneOf(texts.map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }
}
