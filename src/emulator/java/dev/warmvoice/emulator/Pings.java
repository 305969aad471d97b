package dev.warmvoice.emulator;

/**
 * What a service makes of a client's WebSocket pings. The sources disagree on whether they prolong an idle connection: two
 * clients in use rely on it, an employee of the vendor denies it.
 */
public enum Pings implements NamedInJson {

    /** Answered; a connection without a task is closed when it would be anyway. */
    ANSWERED,

    /** Answered; each one starts the time without a task anew. */
    PROLONGING,

    /** Not answered. */
    UNANSWERED
}
