/**
 * Who may call: tokens, their quotas, and which web pages. Filters that run before any route.
 *
 * <p>
 * Calls {@code http.server} and {@code http.error} only.
 */
@NullMarked
package dev.warmvoice.http.auth;

import org.jspecify.annotations.NullMarked;
