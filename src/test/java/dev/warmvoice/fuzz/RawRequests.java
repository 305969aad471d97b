package dev.warmvoice.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Raw HTTP requests, valid and invalid. */
final class RawRequests {

    private static final String[] METHODS = {"GET", "GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE",
            "TRACE", "CONNECT", "PRI"};
    private static final String[] PATHS = {"/", "/v1/audio/speech", "/v1/audio/speech", "/v1/audio/speech/live",
            "/v1/models", "/v1/models/cosyvoice-v2", "/v1/audio/voices", "/q/health", "/q/health/ready", "/q/metrics",
            "/q/openapi", "/invoke", "/initialize", "/pre-freeze", "/pre-stop", "*", "http://x/v1/models", "/page/x"};
    private static final String[] ENDS = {"%", "%zz", "%00", "%2e%2e/", "/../", "//", ";a", "?a=%", "?", "#", "\\",
            "%c3%28", "\u00e9", "-".repeat(9000)};
    private static final String[] HEADERS = {"Content-Type", "Content-Type", "Content-Length", "Transfer-Encoding",
            "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Connection", "Upgrade", "Origin", "Host",
            "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
            "Expect",
            "Cookie", "Range", "Content-Encoding", "X-Forwarded-For", "Forwarded", "X-HTTP-Method-Override",
            "x-fc-control-path", "x-fc-request-id", "Access-Control-Request-Method", "Trailer", "TE", "traceparent"};
    private static final String[] VALUES = {"application/json", "text/plain", "*/*", "a/b;q=x", "multipart/form-data",
            "application/json;charset=nonsense", "audio/mpeg, text/html;q=0.5", ";", "/", "", "0", "-1", "+5", "5, 6",
            "99999999999999999999", "chunked", "gzip, chunked", "identity", "websocket", "Upgrade, keep-alive", "close",
            "13", "dGhlIHNhbXBsZSBub25jZQ==", "bearer.%%%, warmvoice", "Bearer ", "Bearer a b", "http-invoke",
            "/http-invoke", "100-continue", "bytes=0-1", "null", "http://[::1", "en;q=9", "br;q=1.0, *;q=0.5",
            "permessage-deflate; server_max_window_bits=99", "00-0-0-00", "x".repeat(9000)};

    private RawRequests() {
    }

    static Arbitrary<byte[]> any() {
        Arbitrary<String> methods = HostileInput.mostly(Arbitraries.of(METHODS),
                Arbitraries.of("", "G T", "GET\t", "\u0000", "POST\r\n", "é", "get"));
        Arbitrary<String> known = Arbitraries.of(PATHS);
        Arbitrary<String> paths = Arbitraries.frequencyOf(Tuple.of(3, known),
                Tuple.of(1, Combinators.combine(known, Arbitraries.of(ENDS)).as(String::concat)),
                Tuple.of(1, Arbitraries.strings().ascii().ofMaxLength(20).map("/"::concat)));
        Arbitrary<String> versions = HostileInput.mostly(Arbitraries.just("HTTP/1.1"),
                Arbitraries.of("HTTP/1.0", "HTTP/2.0",
                        "HTTP/9.9", ""));
        Arbitrary<Boolean> honest = Arbitraries.frequency(Tuple.of(5, true), Tuple.of(1, false));
        Arbitrary<String> hosts = HostileInput.mostly(Arbitraries.just("Host: x\r\n"), Arbitraries.of("", "Host:\r\n",
                "Host: http://[::1\r\n", "Host: x:99999999\r\n", "Host: x\r\nHost: y\r\n"));
        Arbitrary<String> targets = Combinators.combine(paths, versions).as((path, version) -> path + " " + version);
        return Combinators.combine(methods, targets, hosts, headers(), HostileInput.bytes(SpeechBodies.json()), honest)
                .as(RawRequests::request);
    }

    /** @param honest whether Content-Length is correct */
    private static byte[] request(String method, String target, String host, String headers, byte[] body,
            boolean honest) {
        String length = honest ? "Content-Length: " + body.length + "\r\n" : "";
        String head = method + " " + target + "\r\n" + host + headers + length + "\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static Arbitrary<String> headers() {
        Arbitrary<String> names = HostileInput.mostly(Arbitraries.of(HEADERS),
                Arbitraries.strings().ascii().ofMaxLength(8));
        Arbitrary<String> values = HostileInput.mostly(Arbitraries.of(VALUES),
                Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(20));
        return Combinators.combine(names, values).as((name, value) -> name + ": " + value + "\r\n").list().ofMaxSize(2)
                .map(lines -> String.join("", lines));
    }
}
