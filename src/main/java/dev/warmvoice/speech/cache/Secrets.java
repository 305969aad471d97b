package dev.warmvoice.speech.cache;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of a cache, each for one purpose.
 *
 * @param keys with which keys are hashed
 * @param entries with which entries are encrypted
 */
record Secrets(byte[] keys, byte[] entries) {

    private static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    /** Those of this process. */
    static Secrets random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return of(secret);
    }

    /** Those of all processes with this setting. */
    static Secrets of(String setting) {
        return of(setting.getBytes(StandardCharsets.UTF_8));
    }

    private static Secrets of(byte[] secret) {
        return new Secrets(derived(secret, "keys"), derived(secret, "entries"));
    }

    private static byte[] derived(byte[] secret, String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(("warmvoice cache " + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Leaves the secrets out: records are logged. */
    @Override
    public String toString() {
        return "Secrets";
    }
}
