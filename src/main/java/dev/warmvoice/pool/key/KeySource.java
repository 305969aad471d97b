package dev.warmvoice.pool.key;

/** Where the key comes from. */
interface KeySource {

    /** The most that is read of a key and what comes with it. */
    int MAX_BYTES = 16 << 10;

    /** Reads the key. Blocks for as long as that takes, which is bounded. Called by one thread at a time. */
    ApiKey read() throws KeyUnavailableException;
}
