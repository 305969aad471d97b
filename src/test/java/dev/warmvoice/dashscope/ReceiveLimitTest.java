package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oversized and endless messages from the service, frame by frame, with and without TLS. */
class ReceiveLimitTest {

    /** The frames that the service sends after the handshake. */
    private interface Frames {

        void send(DataOutputStream out) throws IOException;
    }

    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int MEGABYTE = 1 << 20;
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static SSLContext tls;
    private static X509TrustManager trusted;

    private final ReceiveLimit received = new ReceiveLimit();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicReference<String> request = new AtomicReference<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private OkHttpClient client;
    private ServerSocket server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = folder.resolve("service.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "service", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext",
                "SAN=IP:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("service", keys.getCertificate("service"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        trusted = (X509TrustManager) trust.getTrustManagers()[0];
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @AfterEach
    void close() throws IOException {
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void acceptsMessagesUpToTheLimit(boolean secure) throws Exception {
        receive(secure, "", out -> {
            for (int i = 0; i < 20; i++) {
                frame(out, FINAL | TEXT, new byte[MEGABYTE]);
                frame(out, BINARY, new byte[23_000]);
                frame(out, FINAL | CONTINUATION, new byte[4_000]);
                frame(out, FINAL | BINARY, new byte[0]);
            }
            frame(out, FINAL | CLOSE, new byte[]{3, (byte) 232});
        });
        assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
        assertThat(messages).hasValue(40);
        assertThat(received.isExceeded()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oversizedMessageExceedsTheLimit(boolean secure) throws Exception {
        receive(secure, "", out -> {
            out.write(FINAL | BINARY);
            out.write(127);
            out.writeLong(1L << 40);
            endlessly(out);
        });
        assertExceeded();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endlessFragmentsExceedTheLimit(boolean secure) throws Exception {
        receive(secure, "", out -> {
            frame(out, TEXT, new byte[0]);
            for (;;) {
                frame(out, CONTINUATION, new byte[1000]);
            }
        });
        assertExceeded();
    }

    @Test
    void endlessEmptyFragmentsExceedTheLimit() throws Exception {
        receive(false, "", out -> {
            frame(out, BINARY, new byte[0]);
            byte[] many = new byte[1 << 16];
            for (;;) {
                out.write(many);
            }
        });
        assertExceeded();
    }

    @Test
    void endlessEmptyMessagesExceedTheLimit() throws Exception {
        receive(false, "", out -> {
            for (;;) {
                frame(out, FINAL | BINARY, new byte[0]);
            }
        });
        assertExceeded();
    }

    @Test
    void neitherOffersNorAcceptsCompression() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bomb, new Deflater(9, true))) {
            for (int i = 0; i < 100; i++) {
                deflater.write(new byte[MEGABYTE]);
            }
        }
        receive(false, "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                out -> frame(out, FINAL | COMPRESSED | BINARY, bomb.toByteArray()));
        assertThatThrownBy(() -> closed.get(20, TimeUnit.SECONDS)).hasMessageContaining("rsv1");
        assertThat(messages).hasValue(0);
        assertThat(request.get()).contains("Sec-WebSocket-Key").doesNotContain("Sec-WebSocket-Extensions");
    }

    private void assertExceeded() {
        assertThatThrownBy(() -> closed.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(received.isExceeded()).isTrue();
        assertThat(messages).hasValue(0);
        assertThat(received.failure().reason()).isEqualTo(TaskFailedException.Reason.PROTOCOL);
    }

    /** Connects to a service that adds this header to its handshake answer and then sends these frames. */
    private void receive(boolean secure, String header, Frames frames) throws IOException {
        server = secure
                ? tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))
                : new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Thread service = new Thread(() -> serve(header, frames), "service");
        service.setDaemon(true);
        service.start();
        HandshakeSockets sockets = new HandshakeSockets(Dns.SYSTEM, new AddressOrder(System::nanoTime),
                Duration.ofSeconds(5), received);
        client = new OkHttpClient.Builder().readTimeout(Duration.ZERO).callTimeout(Duration.ofSeconds(10))
                .addInterceptor(new NoCompression()).sslSocketFactory(tls.getSocketFactory(), trusted)
                .dns(sockets).socketFactory(sockets).build();
        client.newWebSocket(new Request.Builder()
                .url((secure ? "wss" : "ws") + "://127.0.0.1:" + server.getLocalPort()).build(), new Listener());
    }

    private void serve(String header, Frames frames) {
        try (Socket socket = server.accept()) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            request.set(head.toString());
            String key = head.toString().replaceAll("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
            byte[] accept = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeBytes("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept) + "\r\n" + header + "\r\n");
            frames.send(out);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (Exception gone) {
            // The client has closed the connection.
        }
    }

    private static void frame(DataOutputStream out, int first, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(frame);
        head.write(first);
        if (payload.length < 126) {
            head.write(payload.length);
        } else {
            head.write(127);
            head.writeLong(payload.length);
        }
        head.write(payload);
        out.write(frame.toByteArray());
    }

    private static void endlessly(DataOutputStream out) throws IOException {
        byte[] much = new byte[1 << 16];
        for (;;) {
            out.write(much);
        }
    }

    /** Feeds the limit as {@link Connection} does. */
    private final class Listener extends WebSocketListener {

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            received.message();
            messages.incrementAndGet();
        }

        @Override
        public void onMessage(WebSocket webSocket, ByteString bytes) {
            if (bytes.size() > 0) {
                received.message();
                messages.incrementAndGet();
            } else if (!received.emptyMessage()) {
                webSocket.cancel();
            }
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            closed.complete(code);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
            closed.completeExceptionally(failure);
        }
    }
}
