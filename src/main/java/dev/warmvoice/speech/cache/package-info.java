/**
 * Speech that was spoken before: kept within a bound of memory, and played to each client at its own pace.
 *
 * <p>
 * Called by {@code http}. Calls {@code speech}. Invariant: only what the service has completed is kept, under a key that
 * does not tell the text, and no client gets what was spoken for another token unless both tokens are configured to
 * share.
 */
@NullMarked
package dev.warmvoice.speech.cache;

import org.jspecify.annotations.NullMarked;
