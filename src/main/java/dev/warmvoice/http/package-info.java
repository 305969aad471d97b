/**
 * OpenAI's speech API: its routes. The packages below it call each other in one direction:
 * {@code live} and {@code speech}, then {@code usage}, {@code captions}, {@code auth}, {@code server}, {@code error}.
 *
 * <p>
 * Called by HTTP clients, and by {@code host} where a host passes whole requests on. Calls {@code speech}, and knows
 * neither the pool nor the SDK. Invariant: an incomplete response never looks complete.
 */
@NullMarked
package dev.warmvoice.http;

import org.jspecify.annotations.NullMarked;
