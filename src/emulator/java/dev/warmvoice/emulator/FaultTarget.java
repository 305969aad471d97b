package dev.warmvoice.emulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** What a fault can do to a running task. Its methods run on the event loop. */
public interface FaultTarget {

    /** The task's id. */
    String taskId();

    /** Index of the sentence that is being sent. */
    int sentence();

    /** Size of the frames that the task sends. */
    int frameBytes();

    /** Sends an event. */
    void send(JsonObject event);

    /** Sends a text frame, JSON or not. */
    void sendText(String text);

    /** Sends a binary frame. */
    void sendAudio(Buffer audio);

    /** Has the task speak none of its text from here on. */
    void mute();

    /** Sends nothing more for the task. */
    void halt();

    /** Ends the task with task-finished. */
    void finish();

    /** Ends the task with task-failed. */
    void fail(ProtocolException failure);

    /** Closes the WebSocket with a close frame. */
    void close(int code, String reason);

    /** Ends the TCP connection. */
    void cut(Cut how);

    /** Begins a binary message and never ends it. */
    void sendEndlessMessage();
}
