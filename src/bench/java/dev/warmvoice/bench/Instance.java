package dev.warmvoice.bench;

/** A process that speaks, with its client. */
interface Instance extends LoadClient {

    /** Freezes the process as a serverless host does. */
    void freeze();

    void thaw();
}
