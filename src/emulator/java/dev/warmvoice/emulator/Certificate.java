package dev.warmvoice.emulator;

import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;

import java.nio.file.Path;

/**
 * What the emulator proves its identity with when it serves {@code wss}.
 *
 * @param certificate a PEM certificate or a PKCS#12 store
 * @param key the PEM private key; null for a PKCS#12 store, which has it inside
 * @param password of the PKCS#12 store; null for PEM
 */
public record Certificate(Path certificate, Path key, String password) {

    /** @return a certificate and its unencrypted private key, both PEM */
    public static Certificate pem(Path certificate, Path key) {
        return new Certificate(certificate, key, null);
    }

    /** @return the one key in a PKCS#12 store */
    public static Certificate pkcs12(Path store, String password) {
        return new Certificate(store, null, password);
    }

    KeyCertOptions keyCertOptions() {
        String path = certificate.toAbsolutePath().toString();
        return key == null
                ? new PfxOptions().setPath(path).setPassword(password)
                : new PemKeyCertOptions().setCertPath(path).setKeyPath(key.toAbsolutePath().toString());
    }

    @Override
    public String toString() {
        return certificate.toString();
    }
}
