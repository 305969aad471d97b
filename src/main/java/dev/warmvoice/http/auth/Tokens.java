package dev.warmvoice.http.auth;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/** The configured tokens, kept as digests only. Immutable. */
final class Tokens {

    static final String KEY = "warmvoice.auth.tokens";
    private static final String DIGEST = "sha256:";
    private static final String DIGEST_DIGITS = "[0-9a-fA-F]{64}";
    private static final String VISIBLE_ASCII = "[!-~]+";

    private final List<byte[]> digests;

    /**
     * @param entries as configured: tokens or digests
     * @throws ConfigurationException if an entry is neither; it names the entry by number, so as not to reveal a token
     */
    Tokens(List<String> entries) {
        this(entries, List.of());
    }

    /**
     * @param entries as configured: tokens or digests
     * @param named further tokens, whose indexes follow
     * @throws ConfigurationException if an entry is neither, or a named token is there twice; it reveals no token
     */
    Tokens(List<String> entries, List<NamedTokens.Entry> named) {
        List<byte[]> all = new ArrayList<>();
        for (String entry : entries) {
            all.add(digest(entry.strip(), "Entry " + (all.size() + 1) + " of " + KEY));
        }
        for (NamedTokens.Entry entry : named) {
            byte[] digest = digest(entry.token().strip(), entry.key());
            require(all.stream().noneMatch(other -> MessageDigest.isEqual(other, digest)), entry.key(),
                    "has the token of another entry");
            all.add(digest);
        }
        this.digests = List.copyOf(all);
    }

    private static byte[] digest(String entry, String where) {
        if (entry.startsWith(DIGEST)) {
            String digits = entry.substring(DIGEST.length());
            require(digits.matches(DIGEST_DIGITS), where, "has to have 64 hexadecimal digits after " + DIGEST);
            return HexFormat.of().parseHex(digits);
        }
        require(!entry.isEmpty(), where, "is blank");
        require(entry.matches(VISIBLE_ASCII), where, "has a character that is not visible ASCII");
        return digest(entry);
    }

    private static void require(boolean holds, String where, String complaint) {
        if (!holds) {
            throw new ConfigurationException(where + " " + complaint + ".");
        }
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of a token, by its index. */
    String digest(int index) {
        return HexFormat.of().formatHex(digests.get(index));
    }

    int count() {
        return digests.size();
    }

    /** The index of a token; takes the same time for every token, known or not. */
    OptionalInt indexOf(String token) {
        byte[] digest = digest(token);
        int found = -1;
        for (int i = 0; i < digests.size(); i++) {
            found = MessageDigest.isEqual(digests.get(i), digest) ? i : found;
        }
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
    }
}
