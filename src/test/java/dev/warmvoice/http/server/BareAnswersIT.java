package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.OnBinary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no valid HTTP is refused like everything else. */
@OnBinary
class BareAnswersIT {

    private static Emulator emulator;
    private static Artifact artifact;

    @BeforeAll
    static void start() {
        emulator = Emulator.start();
        artifact = Artifact.start(Artifact.settings(emulator));
    }

    @AfterAll
    static void stop() {
        artifact.close();
        emulator.close();
    }

    @ParameterizedTest
    @CsvSource({"PRI * HTTP/2.0, 505", "GET /v1/models HTTP/9.9, 505", "GET /v1/models HTTP/1.1|Host: x|no header, 400",
            "GET /v1/models HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2, 400",
            "GET /v1/models HTTP/1.1|Host: x|Content-Length: 1|Transfer-Encoding: chunked, 400",
            "GET /v1/models%zz HTTP/1.1|Host: x, 400", "GET /v1/models?a=%zz HTTP/1.1|Host: x, 400",
            "GET /v1\\models HTTP/1.1|Host: x, 400", "OPTIONS * HTTP/1.1|Host: x, 404",
            "CONNECT x:443 HTTP/1.1|Host: x, 404", "GET, 400"})
    void invalidHttpIsRefusedWithAnError(String head, int status) throws Exception {
        String answer = answer(head.replace("|", "\r\n") + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("\r\nX-Request-Id: ")
                .containsIgnoringCase("\r\nContent-Type: application/json")
                .containsIgnoringCase("\r\nConnection: close");
        JsonObject body = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(body.getJsonObject("error").getString("message")).isNotBlank();
        assertThat(answer).containsIgnoringCase("\r\nContent-Length: " + body.encode().length() + "\r\n");
    }

    @Test
    void invalidRequestAfterAValidOneIsRefusedWithAnError() throws Exception {
        String answers = answer("GET /v1/models/tts-1 HTTP/1.1\r\nHost: x\r\n\r\nGET %zz HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answers).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ").contains("\"error\":");
    }

    @Test
    void noErrorIsLogged() throws Exception {
        assertThat(artifact.errors()).isEmpty();
    }

    private static String answer(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", artifact.base().getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
