/**
 * OpenAI's speech API: JSON, status codes, headers, chunks, server-sent events, and a WebSocket for text that is still
 * being written; and before all of them the door, at which a token is asked for.
 *
 * <p>
 * Called by whoever speaks HTTP, and by {@code host} where a host hands over whole requests; calls {@code speech} and
 * knows neither pool nor SDK. The one invariant: an answer that
 * is not complete is never made to look complete.
 */
package dev.warmvoice.http;
