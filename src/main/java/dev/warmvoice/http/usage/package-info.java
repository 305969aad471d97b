/**
 * What each client uses: metrics and a log line, without any text.
 *
 * <p>
 * Calls {@code speech} only; called by {@code http.speech}, and told by the routes which models there are. Tokens are known by their names.
 */
@NullMarked
package dev.warmvoice.http.usage;

import org.jspecify.annotations.NullMarked;
