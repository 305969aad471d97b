package dev.warmvoice.speech.cache;

import java.util.Arrays;

/** What identifies an entry: a keyed hash of everything that makes the audio, and of who may have it. */
final class EntryKey {

    private final byte[] digest;

    EntryKey(byte[] digest) {
        this.digest = digest;
    }

    byte[] digest() {
        return digest.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryKey key && Arrays.equals(digest, key.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
