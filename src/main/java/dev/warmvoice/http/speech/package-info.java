/**
 * Speech over HTTP: from the JSON of a request to the audio of the response, in chunks or as server-sent events.
 *
 * <p>
 * Calls {@code http.auth}, {@code http.server} and {@code http.error}. Invariant: an incomplete response never looks
 * complete.
 */
@NullMarked
package dev.warmvoice.http.speech;

import org.jspecify.annotations.NullMarked;
