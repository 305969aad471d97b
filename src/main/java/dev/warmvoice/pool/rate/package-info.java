/**
 * When tasks are submitted: at most N of a model in any second, by this process or by all instances of the account.
 *
 * <p>
 * {@code speech} asks {@link dev.warmvoice.pool.rate.TaskRate} for a turn right before each task. Calls {@code pool},
 * {@code time} and Redis. Invariant: while Redis cannot be reached, each instance keeps to its share, and no request fails for
 * that.
 */
@NullMarked
package dev.warmvoice.pool.rate;

import org.jspecify.annotations.NullMarked;
