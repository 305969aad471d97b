package dev.warmvoice.bench;

/** A process that speaks, and its client. */
interface Instance extends LoadClient {

    /** Stops it where it stands, as a host does that freezes it. */
    void freeze();

    void thaw();
}
