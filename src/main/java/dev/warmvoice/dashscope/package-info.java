/**
 * The vendor's SDK, all of it and nothing else: open a connection ahead of its first task, run a task on it, stop it, ping.
 *
 * <p>
 * Called by {@code pool} and {@code speech}; no type of the SDK leaves it. Invariant: a task ends with exactly one of
 * {@link dev.warmvoice.dashscope.TaskListener#onFinished},
 * {@link dev.warmvoice.dashscope.TaskListener#onCancelled} and {@link dev.warmvoice.dashscope.TaskListener#onFailed}, and
 * with one of the former two only if the service said task-finished.
 */
@NullMarked
package dev.warmvoice.dashscope;

import org.jspecify.annotations.NullMarked;
