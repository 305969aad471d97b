package dev.warmvoice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.testing.Api;
import dev.warmvoice.testing.OnBinary;
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
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Hostile HTTP requests on Function Compute, the host with the most routes. */
@OnBinary
class HttpFuzzIT {

    /** The statuses with a healthy service, which may reject a request but does not fail. */
    private static final List<Integer> EXPECTED = List.of(200, 400, 404, 413, 502);
    /** The error for texts without letters, digits or punctuation. */
    private static final String MUTE = "upstream_error: The service finished the task without any audio.";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    private static FuzzTarget target;

    @BeforeContainer
    static void start() {
        target = FuzzTarget.startOnFunctionCompute("http");
    }

    @AfterContainer
    static void stop() throws Exception {
        target.end();
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
    void everyRequestIsAnsweredOrDisconnected(@ForAll("requests") byte[] request) throws Exception {
        String answer = raw(request);
        // The metrics have exception class names as labels.
        FuzzTarget.assertNoTrace(answer.replaceAll("http_server_errors_total\\{class=\"[^\"]*\"", ""));
        Matcher status = STATUS.matcher(answer);
        String first = status.find() ? status.group(1) : "disconnected";
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
                assertThat(error.getString("code") + ": " + error.getString("message")).isEqualTo(MUTE);
            }
        }
    }

    /** Sends the whole request, shuts down its output, and reads until the server closes the connection. */
    private static String raw(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", target.artifact().base().getPort())) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(answer);
            } catch (SocketException hungUp) {
                // The server may reset the connection on invalid HTTP.
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
        return SsmlDocuments.any();
    }

    /** The service may reject such a document too. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void expensiveSsmlIsAnswered(@ForAll("expensive") String ssml) throws Exception {
        HttpResponse<byte[]> answer = target.api().speak(new JsonObject().put("ssml", true).put("input", ssml));
        target.count("expensive ssml", answer.statusCode());
        assertThat(answer.statusCode()).isIn(200, 400, 413, 504);
    }

    @Provide
    Arbitrary<String> expensive() {
        return SsmlDocuments.expensive();
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void ssmlNeverCausesAFetch(@ForAll("fetchers") String document) throws Exception {
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
        return SsmlDocuments.fetching("URL");
    }

    @Provide
    Arbitrary<byte[]> requests() {
        return RawRequests.any();
    }
}
