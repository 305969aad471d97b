/**
 * The account's key, which a file or a command may replace while the process runs.
 *
 * <p>
 * {@code pool} asks {@link dev.warmvoice.pool.key.ApiKeys} for it, and opens connections through
 * {@link dev.warmvoice.pool.key.RefreshingConnector}. Calls {@code dashscope} and {@code time}. Invariant: a key is read on a worker
 * thread, never where a request runs, and no key or part of one is in a log or an error.
 */
@NullMarked
package dev.warmvoice.pool.key;

import org.jspecify.annotations.NullMarked;
