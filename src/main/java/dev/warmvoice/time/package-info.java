/**
 * The process's time and its threads: both clocks, whether the process was suspended, and work that runs now or later.
 *
 * <p>
 * Everything else may call in here; it calls nothing of the product. The one invariant: all time that decides anything is
 * read here, so that a test can move it.
 */
@NullMarked
package dev.warmvoice.time;

import org.jspecify.annotations.NullMarked;
