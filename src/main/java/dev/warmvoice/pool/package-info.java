/**
 * Which connection serves a task: warm-up, freshness, suspension, admission.
 *
 * <p>
 * {@code speech} asks {@link dev.warmvoice.pool.ConnectionPool} and nobody else does; below it there is
 * {@code dashscope} only. The one invariant: a connection is handed out only while it is known to be open and younger
 * than {@code max-idle}, and comes back only after a task that finished.
 */
package dev.warmvoice.pool;
