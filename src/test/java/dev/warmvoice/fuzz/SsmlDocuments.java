package dev.warmvoice.fuzz;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Valid, nearly valid and invalid SSML. */
final class SsmlDocuments {

    private SsmlDocuments() {
    }

    static Arbitrary<String> any() {
        Arbitrary<String> heads = Arbitraries.of("", "<?xml version=\"1.0\"?>", "<?xml version=\"1.1\"?>",
                "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<!DOCTYPE speak>",
                "<!DOCTYPE speak [<!ENTITY a \"b\">]>", "<!-- -->", "<?php ?>", "\uFEFF", " \n");
        Arbitrary<String> documents = Combinators.combine(heads, elements(3))
                .as((head, inner) -> head + "<speak>" + inner + "</speak>");
        return Arbitraries.frequencyOf(Tuple.of(10, documents), Tuple.of(4, HostileInput.mangled(documents)),
                Tuple.of(1, HostileInput.strings()));
    }

    private static Arbitrary<String> elements(int depth) {
        Arbitrary<String> texts = HostileInput.mostly(
                Arbitraries.of("Hello.", "&amp;", "&#10;", "你好", "<![CDATA[<]]>", "<!-- x -->", ""),
                Arbitraries.of("&#xD800;", "&a;", "&#x110000;", "<", "&", "]]>"));
        if (depth == 0) {
            return texts;
        }
        Arbitrary<String> names = Arbitraries.of("speak", "break", "sub", "phoneme", "say-as", "soundEvent", "x:y");
        Arbitrary<String> attributes = HostileInput.mostly(
                Arbitraries.of("", " time=\"1s\"", " time='9e99s'", " src=\"http://127.0.0.1:1/\"", " a=\"&lt;\""),
                Arbitraries.of(" a a", " xmlns:x=\"\"", " a=1", " a='' a=''", "/"));
        return Combinators.combine(names, attributes, elements(depth - 1), texts)
                .as((name, attribute, inner, after) -> "<" + name + attribute + ">" + inner + "</" + name + ">"
                        + after);
    }

    /** Nested entities, deep nesting, a megabyte of tags, of attributes or of one name, and endless files. */
    static Arbitrary<String> expensive() {
        String entities = IntStream.range(1, 12)
                .mapToObj(i -> "<!ENTITY e" + i + " \"" + ("&e" + (i - 1) + ";").repeat(10) + "\">")
                .collect(Collectors.joining());
        String attributes = IntStream.range(0, 80_000).mapToObj(i -> " a" + i + "=''").collect(Collectors.joining());
        return Arbitraries.of("<!DOCTYPE speak [<!ENTITY e0 \"ha\">" + entities + "]><speak>&e11;</speak>",
                "<speak>" + "<a>".repeat(100_000) + "a" + "</a>".repeat(100_000) + "</speak>",
                "<speak>" + "<a>".repeat(300_000), "<speak>" + "<a/>".repeat(260_000) + "a</speak>",
                "<speak" + attributes + ">a</speak>", "<" + "a".repeat(1 << 20) + "/>",
                "<speak>" + "<!--".repeat(260_000), "<speak>a" + "&amp;".repeat(19_000) + "</speak>",
                "<!DOCTYPE speak SYSTEM \"file:///dev/zero\"><speak>a</speak>",
                "<!DOCTYPE speak [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><speak>&x;</speak>");
    }

    /** Documents that refer to an external resource. */
    static Arbitrary<String> fetching(String url) {
        return Arbitraries.of("<!DOCTYPE speak SYSTEM \"" + url + "\"><speak>a</speak>",
                "<!DOCTYPE speak [<!ENTITY x SYSTEM \"" + url + "\">]><speak>&x;</speak>",
                "<!DOCTYPE speak [<!ENTITY % x SYSTEM \"" + url + "\">%x;]><speak>a</speak>");
    }
}
