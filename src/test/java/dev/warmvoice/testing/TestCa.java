package dev.warmvoice.testing;

import dev.warmvoice.emulator.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A private certificate authority with a certificate for 127.0.0.1. */
public final class TestCa {

    private static final String PASSWORD = "changeit";

    private final Path folder;

    /**
     * @param folder the folder for the key stores
     */
    public TestCa(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Test CA", "-ext", "bc:c", "-keystore", at("ca.p12"));
        keytool("-exportcert", "-alias", "ca", "-rfc", "-file", at("ca.pem"), "-keystore", at("ca.p12"));
        keytool("-genkeypair", "-alias", "server", "-dname", "CN=127.0.0.1", "-keystore", at("server.p12"));
        keytool("-certreq", "-alias", "server", "-file", at("server.csr"), "-keystore", at("server.p12"));
        keytool("-gencert", "-alias", "ca", "-rfc", "-infile", at("server.csr"), "-outfile", at("server.pem"),
                "-ext", "SAN=IP:127.0.0.1", "-keystore", at("ca.p12"));
        keytool("-importcert", "-alias", "ca", "-noprompt", "-file", at("ca.pem"), "-keystore", at("server.p12"));
        keytool("-importcert", "-alias", "server", "-file", at("server.pem"), "-keystore", at("server.p12"));
        keytool("-delete", "-alias", "ca", "-keystore", at("server.p12"));
        keytool("-importcert", "-alias", "ca", "-noprompt", "-file", at("ca.pem"), "-keystore", at("trust.p12"));
    }

    /** The server's key store. */
    public Certificate server() {
        return Certificate.pkcs12(folder.resolve("server.p12"), PASSWORD);
    }

    /** The system properties that make a JVM trust the authority. */
    public Map<String, String> trust() {
        return Map.of("javax.net.ssl.trustStore", at("trust.p12"), "javax.net.ssl.trustStorePassword", PASSWORD,
                "javax.net.ssl.trustStoreType", "PKCS12");
    }

    /**
     * The same, among other authorities.
     *
     * @param others a key store of a JDK, without a password to read it
     */
    public Map<String, String> trustAmongThoseOf(Path others) throws IOException, InterruptedException {
        keytool("-importkeystore", "-srckeystore", others.toString(), "-srcstorepass", "changeit", "-noprompt",
                "-destkeystore", at("trust.p12"), "-deststoretype", "PKCS12", "-deststorepass", PASSWORD);
        return trust();
    }

    /** The server's key store, as the emulator's option names it. */
    public String serverOption() {
        return at("server.p12") + "," + PASSWORD;
    }

    private String at(String file) {
        return folder.resolve(file).toString();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Jdk.tool("keytool")));
        command.addAll(List.of(arguments));
        if (command.contains("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC"));
        }
        if (!command.contains("-importkeystore")) {
            command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }
}
