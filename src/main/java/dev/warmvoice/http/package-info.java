/**
 * OpenAI's speech API: JSON, status codes, headers, chunks, server-sent events, and a WebSocket for text that is still
 * being written. A token check comes before all of them.
 *
 * <p>
 * Called by HTTP clients, and by {@code host} where a host passes whole requests on. Calls {@code speech}, and knows
 * neither the pool nor the SDK. Invariant: an incomplete response never looks complete.
 */
package dev.warmvoice.http;
