/**
 * The WebSocket for text that is still being written: handshake, messages, sessions, pings, and the end.
 *
 * <p>
 * Invariant: what waits for a client that does not read is bounded, and a client that does not answer pings is
 * disconnected.
 */
package dev.warmvoice.http.live;
