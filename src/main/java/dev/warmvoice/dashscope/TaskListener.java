package dev.warmvoice.dashscope;

import java.nio.ByteBuffer;

/**
 * Receives what comes back from one task, in order. No call may block.
 *
 * <p>
 * All but {@link #onTextWanted}, {@link #onCancelled}, {@link #onNotSent} and {@link #onFailed} arrive on the connection's
 * reader thread; those four may come from any thread.
 */
public interface TaskListener {

    /**
     * The service has answered for the first time. It has no text yet, and gets none if the task is cancelled here.
     *
     * @param taskId the task's id, under which the service knows it too
     */
    default void onStarted(String taskId) {
    }

    /** The first text has been sent; more of it may follow from now on. */
    default void onTextWanted() {
    }

    /**
     * Whether more audio may come. As long as it may not, nothing more is read from that socket after the current
     * message, until {@link Task#resume}: this is the back-pressure.
     */
    default boolean hasRoom() {
        return true;
    }

    /**
     * Some audio has come.
     *
     * @param frame a read-only view of one frame of audio, owned by the listener from here on
     */
    void onAudio(ByteBuffer frame);

    /**
     * The times of some words are known.
     *
     * @param sentence the words of a sentence; each time there is news of them
     */
    default void onWords(SentenceWords sentence) {
    }

    /** The service said task-finished and has sent no audio; the connection can take the next task from now on. */
    default void onFinishedWithoutAudio() {
        onFailed(new TaskFailedException(TaskFailedException.Reason.SERVICE,
                "The service finished the task without any audio."));
    }

    /**
     * The service said task-finished; the connection can take the next task from now on.
     *
     * @param usage what the service bills
     */
    void onFinished(Usage usage);

    /** The service has stopped the task after {@link Task#cancel}; the connection can take the next one from now on. */
    default void onCancelled() {
    }

    /** The task was cancelled before the service was told of it; the connection is as good as it was. */
    default void onNotSent() {
        onCancelled();
    }

    /**
     * The task ended in any other way. Its connection is spent and has been closed.
     */
    void onFailed(TaskFailedException failure);
}
