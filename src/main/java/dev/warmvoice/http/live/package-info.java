/**
 * The WebSocket for text that is still being written: handshake, messages, sessions, pings, and the end.
 *
 * <p>
 * Invariant: what waits for a client that does not read is bounded, and a client that does not answer pings is
 * disconnected.
 */
@NullMarked
package dev.warmvoice.http.live;

import org.jspecify.annotations.NullMarked;
