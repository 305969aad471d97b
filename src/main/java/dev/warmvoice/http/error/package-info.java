/**
 * Errors in OpenAI's JSON: from an exception to status, headers and body.
 *
 * <p>
 * The lowest of the rooms of {@code http}: calls none of them.
 */
@NullMarked
package dev.warmvoice.http.error;

import org.jspecify.annotations.NullMarked;
