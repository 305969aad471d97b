package dev.warmvoice.dashscope;

/**
 * One open WebSocket, which runs one task at a time. {@link #cancel} and {@link #isOpen} may be called from any thread;
 * tasks are started by one thread at a time. Does not block.
 */
public interface Connection {

    /** Whether the socket is open, as far as its reader thread has noticed. */
    boolean isOpen();

    /** Whether it was opened with an API key that has been replaced since. Any thread may ask. */
    default boolean hasOldKey() {
        return false;
    }

    /**
     * Starts a task: sends run-task, and the text as soon as the service has said task-started.
     *
     * @param text what to say first; neither empty nor longer than the service takes at a time
     * @param listener receives everything else, including that the task could not be started
     * @throws IllegalStateException if a task is running
     */
    Task start(TaskSpec spec, String text, TaskListener listener);

    /**
     * Sends a WebSocket ping, unless one has not been answered yet. Costs the service nothing, and the account neither.
     *
     * @param answered called once, when the answer comes, and then soon, as it runs on the connection's reader thread;
     *            never if none comes
     */
    void ping(Runnable answered);

    /** Closes the socket at once; a running task fails with {@code CANCELLED}. Idempotent. */
    void cancel();
}
