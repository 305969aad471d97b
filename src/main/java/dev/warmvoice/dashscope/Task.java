package dev.warmvoice.dashscope;

/**
 * One synthesis task on one connection: text goes in, {@link TaskListener} receives what comes out. Does not block.
 * {@link #send}, {@link #flush} and {@link #finishText} are called by one thread at a time, and only after
 * {@link TaskListener#onTextWanted}.
 */
public interface Task {

    /**
     * Sends more text. Not for SSML, which goes in one piece.
     *
     * @param text not empty
     */
    void send(String text);

    /** Says that no more text will come. To be called once, and not for SSML. */
    void finishText();

    /** Has the service speak all text it was sent, without waiting for the end of a sentence. Not for SSML. */
    void flush();

    /**
     * Asks the service to stop the task. From here on the listener is called once more: with
     * {@link TaskListener#onCancelled} or {@link TaskListener#onFailed}. Nothing bounds how long the service takes; some
     * do not know the request, and speak on unheard. Does nothing after the end. Thread-safe.
     */
    void cancel();

    /** The listener has room again: {@link TaskListener#hasRoom} is worth another look. Thread-safe. */
    void resume();
}
