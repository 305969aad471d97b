package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

class TlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static Path store;
    private static KeyStore keys;

    @BeforeAll
    static void makeCertificate() throws Exception {
        store = folder.resolve("emulator.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "emulator", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext",
                "SAN=IP:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor(10, TimeUnit.SECONDS)).isTrue();
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
    }

    @Test
    void servesWssFromPkcs12() throws Exception {
        assertServes(Certificate.pkcs12(store, PASSWORD));
    }

    @Test
    void servesWssFromPem() throws Exception {
        Key key = keys.getKey("emulator", PASSWORD.toCharArray());
        assertServes(Certificate.pem(pem("CERTIFICATE", keys.getCertificate("emulator").getEncoded()),
                pem("PRIVATE KEY", key.getEncoded())));
    }

    private static void assertServes(Certificate certificate) throws Exception {
        EmulatorOptions options = EmulatorOptions.defaults().withCertificate(certificate);
        try (Emulator emulator = Emulator.start(options)) {
            assertThat(emulator.url().getScheme()).isEqualTo("wss");
            TestClient client = connect(emulator);
            client.speak("Hello.");
            assertThat(client.has("task-finished")).isTrue();
            for (Cut how : new Cut[]{Cut.FIN, Cut.RST}) {
                TestClient idle = connect(emulator);
                assertThat(emulator.cutIdle(how)).isPositive();
                assertThat(idle.awaitClosed()).isNotEqualTo(1000);
            }
        }
    }

    private static TestClient connect(Emulator emulator) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("emulator", keys.getCertificate("emulator"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        HttpClient http = HttpClient.newBuilder().sslContext(context).build();
        return TestClient.connect(http, ServiceAccount.of(emulator), Long.MAX_VALUE);
    }

    private static Path pem(String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der);
        return Files.writeString(folder.resolve(type.replace(' ', '-') + ".pem"),
                "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
