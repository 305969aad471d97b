package dev.warmvoice.speech.cache;

import dev.warmvoice.speech.SpeechRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the keys of entries. Without the secret a key does not tell whether it is that of a text. Thread-safe. */
final class EntryKeys {

    private static final String ALGORITHM = "HmacSHA256";

    /** Has taken in what is the same for all keys. */
    private final Mac template;

    /**
     * Those of one configuration.
     *
     * @param secret of this process, or of all that share entries
     * @param places where texts are spoken
     */
    EntryKeys(byte[] secret, List<String> places) {
        try {
            template = Mac.getInstance(ALGORITHM);
            template.init(new SecretKeySpec(secret, ALGORITHM));
            update(template, String.join(" ", places).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param scope whose entry it is */
    EntryKey of(SpeechRequest request, String scope) {
        Mac mac = copy();
        update(mac, scope.getBytes(StandardCharsets.UTF_8));
        mac.update(request.identity());
        return new EntryKey(mac.doFinal());
    }

    private static void update(Mac mac, byte[] part) {
        mac.update(Integer.toString(part.length).getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) ':');
        mac.update(part);
    }

    private Mac copy() {
        try {
            return (Mac) template.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
