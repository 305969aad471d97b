/**
 * Time and threads: both clocks, whether the process was suspended, and work that runs now or later.
 *
 * <p>
 * Called by {@code pool}, {@code speech} and {@code http}, calls none. Invariant: the pool and all time limits of an utterance read time here, so that a
 * test can move it. Only {@code dashscope} reads the system's clock itself, while it waits for an address or for the SDK.
 */
@NullMarked
package dev.warmvoice.time;

import org.jspecify.annotations.NullMarked;
