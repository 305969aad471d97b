/**
 * Captions of utterances that were spoken: kept for a while, and written as SRT, WebVTT or JSON.
 *
 * <p>
 * Calls {@code http.auth} and {@code http.error}. Invariant: there are no captions of an incomplete
 * speech, and a client gets only those of its own.
 */
@NullMarked
package dev.warmvoice.http.captions;

import org.jspecify.annotations.NullMarked;
