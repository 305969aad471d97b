package dev.warmvoice.dashscope;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What comes back from one task, in order.
 *
 * <p>
 * All but {@link #onFailed} arrive on the connection's reader thread: as long as a call has not returned,
 * nothing more is read from that socket, which is the back-pressure. {@link #onFailed} may come from any thread.
 */
public interface TaskListener {

    /**
     * The service has answered for the first time.
     *
     * @param taskId the task's id, under which the service knows it too
     */
    default void onStarted(String taskId) {
    }

    /**
     * @param frame a read-only view of one frame of audio, owned by the listener from here on
     */
    void onAudio(ByteBuffer frame);

    /**
     * @param words the words of a sentence, as far as the service knows them; each time there is news of them
     */
    default void onWords(List<Word> words) {
    }

    /**
     * The service said task-finished; the connection can take the next task from now on.
     *
     * @param characters what the service bills
     */
    void onFinished(int characters);

    /**
     * The task ended in any other way. Its connection is spent and has been closed.
     */
    void onFailed(TaskFailedException failure);
}
