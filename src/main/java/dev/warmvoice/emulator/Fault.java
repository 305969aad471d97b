package dev.warmvoice.emulator;

import java.time.Duration;

/**
 * One thing that goes wrong, or goes differently.
 *
 * <p>
 * Frames are counted from 1 within a task. A fault that waits for a frame the task never reaches strikes in place of
 * task-finished, so that none is ever passed by.
 */
public sealed interface Fault {

    /** Changes how something is done and combines with every other fault. */
    sealed interface Modifier extends Fault {
    }

    /** Goes wrong when a WebSocket is asked for. */
    sealed interface OfHandshake extends Fault {
    }

    /** Goes wrong on a connection that has been accepted. */
    sealed interface OfConnection extends Fault {
    }

    /** Goes wrong in a task. */
    sealed interface OfTask extends Fault {

        /** @return whether it is time to go wrong */
        boolean isDue(Moment moment, int framesSent);
    }

    /** The points of a task at which something can go wrong. */
    enum Moment {
        /** run-task has come; nothing has been answered. */
        RUN_TASK,
        /** task-started has been sent. */
        STARTED,
        /** The next thing to send is a frame of audio. */
        FRAME,
        /** The next thing to send is task-finished. */
        FINISH
    }

    /** Answers the request for a WebSocket late. */
    record HandshakeDelay(Duration duration) implements Modifier {

        public HandshakeDelay {
            requireNotNegative(duration);
        }
    }

    /** Answers the request for a WebSocket with an HTTP error, such as 401, 403, 500 or 503. */
    record HandshakeStatus(int status) implements OfHandshake {

        public HandshakeStatus {
            require(status >= 400 && status <= 599, "status must be 400 to 599");
        }
    }

    /** Accepts the TCP connection and never answers the request for a WebSocket. */
    record HandshakeHang() implements OfHandshake {
    }

    /** Resets the connection as soon as the WebSocket is open. */
    record EarlyCut() implements OfConnection {
    }

    /** Ends the connection after some time without a task, whatever the option says. */
    record IdleCut(Duration after, Cut how) implements OfConnection {

        public IdleCut {
            requireNotNegative(after);
            require(how != null, "how must not be null");
        }
    }

    /** Sends task-started late. */
    record StartDelay(Duration duration) implements Modifier {

        public StartDelay {
            requireNotNegative(duration);
        }
    }

    /** Sends the first audio no earlier than this after the first text. */
    record FirstAudioDelay(Duration duration) implements Modifier {

        public FirstAudioDelay {
            requireNotNegative(duration);
        }
    }

    /** Sends audio in frames of this size. */
    record FrameBytes(int bytes) implements Modifier {

        public FrameBytes {
            require(bytes > 0, "bytes must be positive");
        }
    }

    /** Sends audio at this pace; see {@link EmulatorOptions#realTimeFactor()}. */
    record Pacing(double realTimeFactor) implements Modifier {

        public Pacing {
            require(realTimeFactor >= 0 && Double.isFinite(realTimeFactor), "real_time_factor must be 0 or more");
        }
    }

    /** Answers run-task as if a task were running: InvalidParameter, "Invalid action". */
    record RunTaskRefused() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.RUN_TASK;
        }
    }

    /** Answers run-task as if the account had used up its rate. */
    record Throttled() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.RUN_TASK;
        }
    }

    /** Never answers run-task. */
    record NoTaskStarted() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.RUN_TASK;
        }
    }

    /** Sends task-started and nothing after it. */
    record Silence() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.STARTED;
        }
    }

    /** Speaks nothing: task-started, then task-finished without audio or usage. */
    record EmptyTask() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.STARTED;
        }
    }

    /** Sends task-failed in place of the first audio. */
    record FailBeforeAudio(String code, String message) implements OfTask {

        public FailBeforeAudio {
            require(code != null && message != null, "code and message must not be null");
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.FRAME || moment == Moment.FINISH;
        }
    }

    /** Sends task-failed after so many frames. */
    record FailAfterAudio(String code, String message, int afterFrames) implements OfTask {

        public FailAfterAudio {
            require(code != null && message != null, "code and message must not be null");
            requireFrames(afterFrames, 1);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Sends nothing more after so many frames; 0 is right after task-started. */
    record Stall(int afterFrames) implements OfTask {

        public Stall {
            requireFrames(afterFrames, 0);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Closes the WebSocket after so many frames; 0 is right after task-started. */
    record CloseFrame(int code, int afterFrames) implements OfTask {

        public CloseFrame {
            require(code == 1000 || code == 1001 || code == 1007 || code == 1011,
                    "code must be 1000, 1001, 1007 or 1011");
            requireFrames(afterFrames, 0);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Ends the TCP connection, without a close frame, after so many frames; 0 is right after task-started. */
    record Fin(int afterFrames) implements OfTask {

        public Fin {
            requireFrames(afterFrames, 0);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Resets the TCP connection after so many frames; 0 is right after task-started. */
    record Rst(int afterFrames) implements OfTask {

        public Rst {
            requireFrames(afterFrames, 0);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Sends all the audio and never task-finished. */
    record NoTaskFinished() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.FINISH;
        }
    }

    /** Sends a binary frame after task-finished. */
    record LateFrame() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.FINISH;
        }
    }

    /** Sends an event of a task nobody asked for after the first frame, then goes on. */
    record ForeignEvent() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(1, moment, framesSent);
        }
    }

    /** Sends a text frame that is not JSON after the first frame, then goes on. */
    record Garbage() implements OfTask {

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(1, moment, framesSent);
        }
    }

    /**
     * Sends this text frame, whatever it is, after so many frames and goes on; 0 is right after task-started, -1 before
     * it. {@link #TASK_ID} in it stands for the task's own.
     */
    record TextMessage(String text, int afterFrames) implements OfTask {

        /** Without it, it is a message of no task. */
        public static final String TASK_ID = "{task_id}";

        public TextMessage {
            require(text != null, "text must not be null");
            requireFrames(afterFrames, -1);
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return isAfter(afterFrames, moment, framesSent);
        }
    }

    /** Sends a binary frame that is not audio before task-started, and goes on. */
    record EarlyFrame(int bytes) implements OfTask {

        public EarlyFrame {
            require(bytes >= 0, "bytes must be 0 or more");
        }

        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.RUN_TASK;
        }
    }

    private static boolean isAfter(int frames, Moment moment, int framesSent) {
        return switch (moment) {
            case RUN_TASK -> frames < 0;
            case STARTED -> frames <= 0;
            case FRAME -> framesSent >= frames;
            case FINISH -> true;
        };
    }

    private static void requireFrames(int frames, int least) {
        require(frames >= least, "after_frames must be " + least + " or more");
    }

    private static void requireNotNegative(Duration duration) {
        require(duration != null && !duration.isNegative(), "a duration must not be negative");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
