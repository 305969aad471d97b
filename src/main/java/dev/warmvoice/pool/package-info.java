/**
 * Which connection serves a task: warm-up, freshness, suspension, admission.
 *
 * <p>
 * {@code speech} borrows from {@link dev.warmvoice.pool.ConnectionPool}, and {@code host} drains it before a freeze. Calls
 * {@code dashscope} only. Invariant: a lease says whether its connection is in doubt, and a connection comes back only
 * after a task that the service has finished or stopped.
 */
@NullMarked
package dev.warmvoice.pool;

import org.jspecify.annotations.NullMarked;
