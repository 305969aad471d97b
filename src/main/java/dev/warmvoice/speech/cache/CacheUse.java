package dev.warmvoice.speech.cache;

/** What a request allows a cache. */
public enum CacheUse {

    /** Anything. */
    ANY,
    /** To keep what is spoken, in place of what was kept before: {@code Cache-Control: no-cache}. */
    REFRESH,
    /** Nothing: {@code Cache-Control: no-store}. */
    NONE
}
