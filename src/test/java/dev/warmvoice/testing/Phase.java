package dev.warmvoice.testing;

/** The points in the life of a connection to the service at which the network can go wrong. */
public enum Phase {

    /** From the first byte of every new connection on. */
    HANDSHAKE("handshake"),
    /** On all connections that are open, with no task. */
    IDLE("idle"),
    /** Just before run-task gets to the service. */
    RUN_TASK("run-task"),
    /** Just before the first audio; the service has all of the text. */
    FIRST_AUDIO("before the first audio"),
    /** Just before the ninth frame of audio. */
    MID_AUDIO("in mid-audio"),
    /** Just before task-finished; all audio has been delivered. */
    TASK_FINISHED("before task-finished"),
    /** Just after task-finished. */
    RETURN("at return");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** Whether it begins within a task, and so on one connection. */
    boolean isOfTask() {
        return this != HANDSHAKE && this != IDLE;
    }

    /** Whether it begins before this frame of the client's passes. */
    boolean isBefore(WebSocketFrame fromClient) {
        return this == RUN_TASK && fromClient.text().contains("\"run-task\"");
    }

    /**
     * Whether it begins before this frame of the service's passes.
     *
     * @param audioFrames how many of audio have passed in this task
     */
    boolean isBefore(WebSocketFrame fromService, int audioFrames) {
        return switch (this) {
            case FIRST_AUDIO -> fromService.isAudio() && audioFrames == 0;
            case MID_AUDIO -> fromService.isAudio() && audioFrames == 8;
            case TASK_FINISHED -> isEnd(fromService);
            default -> false;
        };
    }

    /** Whether it begins once this frame of the service's has passed. */
    boolean isAfter(WebSocketFrame fromService) {
        return this == RETURN && isEnd(fromService);
    }

    private static boolean isEnd(WebSocketFrame fromService) {
        return fromService.text().contains("\"task-finished\"");
    }

    @Override
    public String toString() {
        return title;
    }
}
