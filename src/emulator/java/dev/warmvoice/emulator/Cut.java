package dev.warmvoice.emulator;

/** The ways a connection can end from the service's side. */
public enum Cut implements NamedInJson {

    /** The WebSocket's closing handshake. */
    CLOSE_FRAME,

    /** TCP's orderly end, without a close frame. */
    FIN,

    /** TCP's reset. */
    RST,

    /** No end at all: the socket stays open, and nothing is read from it or written to it any more. */
    VANISH
}
