package dev.warmvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Everything that can come over HTTP, on the host that has the most doors. */
class HttpFuzzIT {

    /** Of a service that is well: it may refuse what it is asked for, and does not fail. */
    private static final List<Integer> EXPECTED = List.of(200, 400, 413, 502);
    private static final String REFUSED = "InvalidParameter: the service failed the task: InvalidParameter";
    /** Of signs that are neither letters nor digits nor punctuation. */
    private static final String MUTE = "upstream_error: the service finished the task without any audio";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    private static final String[] HEADERS = {"Content-Type", "Content-Type", "Content-Length", "Transfer-Encoding",
            "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Connection", "Upgrade",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "Host", "Expect",
            "Cookie", "Range", "Content-Encoding", "X-Forwarded-For", "Forwarded", "X-HTTP-Method-Override",
            "x-fc-control-path", "x-fc-request-id", "Access-Control-Request-Method", "Trailer", "TE", "traceparent"};
    private static final String[] HEADER_VALUES = {"application/json", "text/plain", "*/*", "a/b;q=x",
            "application/json;charset=nonsense", "audio/mpeg, text/html;q=0.5", "multipart/form-data", ";", "/", "",
            "0",
            "-1", "+5", "99999999999999999999", "5, 6", "chunked", "gzip, chunked", "identity", "websocket",
            "Upgrade, keep-alive", "close", "13", "dGhlIHNhbXBsZSBub25jZQ==", "bearer.%%%, warmvoice", "Bearer ",
            "Bearer a b", "http-invoke", "/http-invoke", "100-continue", "bytes=0-1", "null", "http://[::1", "en;q=9",
            "br;q=1.0, *;q=0.5", "permessage-deflate; server_max_window_bits=99", "00-0-0-00", "x".repeat(9000)};

    private static FuzzTarget target;

    @BeforeContainer
    static void start() {
        target = FuzzTarget.startOnFunctionCompute("http");
    }

    @AfterContainer
    static void stop() throws Exception {
        target.close();
    }

    @Property
    void everyBodyIsAnswered(@ForAll("bodies") String body) throws Exception {
        check("body", target.api().speak(body));
    }

    @Property
    void everySsmlIsAnswered(@ForAll("ssml") String ssml) throws Exception {
        check("ssml", target.api().speak(new JsonObject().put("ssml", true).put("input", ssml)));
    }

    @Property
    void everyRequestIsAnsweredOrHungUpOn(@ForAll("requests") byte[] request) throws Exception {
        String answer = raw(request);
        FuzzTarget.assertNoTrace(answer);
        Matcher status = STATUS.matcher(answer);
        String first = status.find() ? status.group(1) : "hung up";
        target.count("request", first);
        assertThat(first).as(answer).isNotIn("500", "501", "504");
    }

    private static void check(String property, HttpResponse<byte[]> answer) {
        target.count(property, answer.statusCode());
        assertThat(answer.statusCode()).as(() -> new String(answer.body(), StandardCharsets.UTF_8)).isIn(EXPECTED);
        if (answer.statusCode() != 200) {
            FuzzTarget.assertNoTrace(new String(answer.body(), StandardCharsets.UTF_8));
            JsonObject error = Api.error(answer);
            FuzzTarget.assertError(error);
            if (answer.statusCode() == 502) {
                assertThat(error.getString("code") + ": " + error.getString("message")).isIn(REFUSED, MUTE);
            }
        }
    }

    /** Says all of it, then that there is nothing more, and listens until the other side hangs up. */
    private static String raw(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", target.artifact().base().getPort())) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketException hungUp) {
                // As it may, on what is no HTTP.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Provide
    Arbitrary<String> bodies() {
        return SpeechBodies.json();
    }

    @Provide
    Arbitrary<String> ssml() {
        Arbitrary<String> whole = elements(3).map(inner -> "<speak>" + inner + "</speak>");
        Arbitrary<String> heads = Arbitraries.of("", "<?xml version=\"1.0\"?>", "<?xml version=\"1.1\"?>",
                "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<!DOCTYPE speak>",
                "<!DOCTYPE speak [<!ENTITY a \"b\">]>",
                "<!-- -->", "<?php ?>", "\uFEFF", " \n");
        Arbitrary<String> documents = Combinators.combine(heads, whole).as(String::concat);
        return Arbitraries.frequencyOf(Tuple.of(10, documents), Tuple.of(4, Strange.mangled(documents)),
                Tuple.of(1, Strange.strings()));
    }

    private static Arbitrary<String> elements(int depth) {
        Arbitrary<String> text = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of("Hello.", "&amp;", "&#10;", "你好", "<![CDATA[<]]>", "<!-- x -->", "")),
                Tuple.of(1, Arbitraries.of("&#xD800;", "&a;", "&#x110000;", "<", "&", "]]>")));
        if (depth == 0) {
            return text;
        }
        Arbitrary<String> names = Arbitraries.of("speak", "break", "sub", "phoneme", "say-as", "soundEvent", "x:y",
                "é");
        Arbitrary<String> attributes = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of("", " time=\"1s\"", " time='9e99s'", " src=\"http://127.0.0.1:1/\"",
                        " a=\"&lt;\"", " rate=\"NaN\"")),
                Tuple.of(1, Arbitraries.of(" a a", " xmlns:x=\"\"", " a=1", " a='' a=''", "/")));
        return Combinators.combine(names, attributes, elements(depth - 1), text)
                .as((name, attribute, inner, after) -> "<" + name + attribute + ">" + inner + "</" + name + ">"
                        + after);
    }

    /** By the service as well, for which this may be too much. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void ssmlThatIsMuchToReadIsAnswered(@ForAll("expensive") String ssml) throws Exception {
        HttpResponse<byte[]> answer = target.api().speak(new JsonObject().put("ssml", true).put("input", ssml));
        target.count("ssml that is much to read", answer.statusCode());
        assertThat(answer.statusCode()).isIn(200, 400, 413, 504);
    }

    /** Entities of entities, depth, a megabyte of tags, of attributes, of one name. */
    @Provide
    Arbitrary<String> expensive() {
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

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void ssmlMakesNobodyFetchAnything(@ForAll("fetchers") String document) throws Exception {
        try (ServerSocket elsewhere = new ServerSocket(0)) {
            elsewhere.setSoTimeout(1);
            String url = "http://127.0.0.1:" + elsewhere.getLocalPort() + "/";
            HttpResponse<byte[]> answer = target.api()
                    .speak(new JsonObject().put("ssml", true).put("input", document.replace("URL", url)));
            check("ssml that fetches", answer);
            assertThatThrownBy(elsewhere::accept)
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Provide
    Arbitrary<String> fetchers() {
        return Arbitraries.of("<!DOCTYPE speak SYSTEM \"URL\"><speak>a</speak>",
                "<!DOCTYPE speak [<!ENTITY x SYSTEM \"URL\">]><speak>&x;</speak>",
                "<!DOCTYPE speak [<!ENTITY % x SYSTEM \"URL\">%x;]><speak>a</speak>");
    }

    @Provide
    Arbitrary<byte[]> requests() {
        Arbitrary<String> methods = Arbitraries.oneOf(
                Arbitraries.of("GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "get",
                        "PRI"),
                Arbitraries.of("", "G T", "GET\t", "\u0000", "POST\r\n", "M-SEARCH", "é"));
        Arbitrary<String> known = Arbitraries.of("/", "/v1/audio/speech", "/v1/audio/speech", "/v1/audio/speech/live",
                "/v1/models", "/v1/models/cosyvoice-v2", "/v1/audio/voices", "/q/health", "/q/health/ready",
                "/q/metrics",
                "/q/openapi", "/invoke", "/initialize", "/pre-freeze", "/pre-stop", "*", "http://x/v1/models",
                "/page/x");
        Arbitrary<String> paths = Arbitraries.frequencyOf(Tuple.of(3, known), Tuple.of(2, Combinators.combine(known,
                Arbitraries.of("%", "%zz", "%00", "%2e%2e/", "/../", "//", ";a", "?a=%", "?", "#", "\\", "%c3%28",
                        "\u00e9",
                        "a".repeat(9000)))
                .as(String::concat)), Tuple.of(1, Arbitraries.strings().ascii().ofMaxLength(20).map("/"::concat)));
        Arbitrary<String> versions = Arbitraries.frequency(Tuple.of(20, "HTTP/1.1"), Tuple.of(2, "HTTP/1.0"),
                Tuple.of(1, "HTTP/2.0"), Tuple.of(1, "HTTP/9.9"), Tuple.of(1, ""));
        Arbitrary<byte[]> bodies = Strange.bytes(SpeechBodies.json());
        return Combinators.combine(methods, paths, versions, headers(), bodies,
                Arbitraries.frequency(Tuple.of(5, true), Tuple.of(1, false)))
                .as((method, path, version, headers, body, honest) -> {
                    String length = honest ? "Content-Length: " + body.length + "\r\n" : "";
                    byte[] head = (method + " " + path + " " + version + "\r\nHost: x\r\n" + headers + length + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1);
                    ByteArrayOutputStream whole = new ByteArrayOutputStream();
                    whole.writeBytes(head);
                    whole.writeBytes(body);
                    return whole.toByteArray();
                });
    }

    private static Arbitrary<String> headers() {
        Arbitrary<String> names = Arbitraries.frequencyOf(Tuple.of(20, Arbitraries.of(HEADERS)),
                Tuple.of(1, Arbitraries.strings().ascii().ofMaxLength(8)));
        Arbitrary<String> values = Arbitraries.frequencyOf(Tuple.of(20, Arbitraries.of(HEADER_VALUES)),
                Tuple.of(1, Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(20)));
        return Combinators.combine(names, values).as((name, value) -> name + ": " + value + "\r\n").list().ofMaxSize(2)
                .map(lines -> String.join("", lines));
    }
}
