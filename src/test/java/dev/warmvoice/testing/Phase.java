package dev.warmvoice.testing;

/** The points in the life of a connection to the service at which a network fault can begin. */
public enum Phase {

    /** On every new connection, from its first byte. */
    HANDSHAKE("handshake"),
    /** On all open connections without a task. */
    IDLE("idle"),
    /** Just before run-task reaches the service. */
    RUN_TASK("run-task"),
    /** Just before the first audio; the service has the whole text. */
    FIRST_AUDIO("before the first audio"),
    /** Just before the ninth frame of audio. */
    MID_AUDIO("in mid-audio"),
    /** Just before task-finished, after all audio. */
    TASK_FINISHED("before task-finished"),
    /** Just after task-finished. */
    RETURN("at return");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** Whether the phase is within a task, and so affects one connection. */
    boolean isOfTask() {
        return this != HANDSHAKE && this != IDLE;
    }

    /** Whether the phase begins before this frame of the client. */
    boolean isBefore(WebSocketFrame fromClient) {
        return this == RUN_TASK && fromClient.text().contains("\"run-task\"");
    }

    /**
     * Whether the phase begins before this frame of the service.
     *
     * @param audioFrames the number of audio frames so far in this task
     */
    boolean isBefore(WebSocketFrame fromService, int audioFrames) {
        return switch (this) {
            case FIRST_AUDIO -> fromService.isAudio() && audioFrames == 0;
            case MID_AUDIO -> fromService.isAudio() && audioFrames == 8;
            case TASK_FINISHED -> isEnd(fromService);
            default -> false;
        };
    }

    /** Whether the phase begins after this frame of the service. */
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
