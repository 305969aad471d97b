/**
 * Errors in OpenAI's JSON: from an exception to status, headers and body.
 *
 * <p>
 * The lowest package of {@code http}: it calls none of the others.
 */
@NullMarked
package dev.warmvoice.http.error;

import org.jspecify.annotations.NullMarked;
