/**
 * The vendor's SDK, all of it and nothing else: open a connection ahead of its first task, run a task on it, stop it, ping.
 *
 * <p>
 * Only {@code pool} and {@code speech} call in here, and no type of the SDK leaves. The one invariant: a task ends with
 * exactly one of {@link dev.warmvoice.dashscope.TaskListener#onFinished},
 * {@link dev.warmvoice.dashscope.TaskListener#onCancelled} and {@link dev.warmvoice.dashscope.TaskListener#onFailed}, and
 * with one of the former two only if the service said task-finished.
 */
@NullMarked
package dev.warmvoice.dashscope;

import org.jspecify.annotations.NullMarked;
