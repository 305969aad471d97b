/**
 * AWS Lambda with response streaming: polls the Runtime API, passes each event to the HTTP server of this process, and
 * streams its answer back.
 *
 * <p>
 * Invariant: an answer that breaks off ends with the error trailers of the Runtime API, and never as a whole one.
 */
@NullMarked
package dev.warmvoice.host.streaming;

import org.jspecify.annotations.NullMarked;
