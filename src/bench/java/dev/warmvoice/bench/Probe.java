package dev.warmvoice.bench;

import static dev.warmvoice.testing.Waits.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A probe of a starting server, frequent and cheap enough not to affect the measurement. */
final class Probe {

    private Probe() {
    }

    /** Waits until a GET of the path returns 200. */
    static void awaitOk(URI base, String path) {
        poll(() -> answersOk(base, path));
    }

    /** Retries every millisecond until there is no {@link IOException}. */
    static void poll(Attempt attempt) {
        await().atMost(Duration.ofSeconds(30)).pollInSameThread().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1)).ignoreExceptionsInstanceOf(IOException.class)
                .until(attempt::succeeds);
    }

    /** An action to retry. */
    interface Attempt {

        boolean succeeds() throws IOException;
    }

    private static boolean answersOk(URI base, String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", base.getPort())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return HttpLines.next(new BufferedInputStream(socket.getInputStream())).startsWith("HTTP/1.1 200");
        }
    }
}
