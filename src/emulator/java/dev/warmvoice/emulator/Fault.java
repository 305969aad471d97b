package dev.warmvoice.emulator;

import io.vertx.core.json.JsonObject;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * One thing that goes wrong, or goes differently.
 *
 * <p>
 * Frames are counted from 1 within a task. A fault that waits for a frame the task never reaches strikes instead of
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

        /** Before task-started, or instead of it. */
        int BEFORE_START = -1;

        /** Right after task-started. */
        int AT_START = 0;

        /** Before task-finished, or instead of it. */
        int AT_END = Integer.MAX_VALUE;

        /** @return how many frames come before it, or one of the constants */
        int afterFrames();

        /** Goes wrong. If the task is not halted by it, the task goes on. */
        void strike(FaultTarget task);

        /** @return whether it is time to go wrong */
        default boolean isDue(Moment moment, int framesSent) {
            return switch (moment) {
                case RUN_TASK -> afterFrames() <= BEFORE_START;
                case STARTED -> afterFrames() <= AT_START;
                case FRAME -> framesSent >= afterFrames();
                case FINISH -> true;
            };
        }
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

    /** Answers the cancellation of the task in another way than the service is known to. */
    record CancelAnswer(Cancel how) implements Modifier {

        public CancelAnswer {
            require(how != null, "how must not be null");
        }
    }

    /** Sends a task-finished that lacks something or has more than usual. */
    record FinishedAs(FinishedShape shape) implements Modifier {

        public FinishedAs {
            require(shape != null, "shape must not be null");
        }
    }

    /** Answers run-task as if a task were running: InvalidParameter, "Invalid action". */
    record RunTaskRefused() implements OfTask {

        @Override
        public int afterFrames() {
            return BEFORE_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.fail(ProtocolException.invalidAction("run-task"));
        }
    }

    /** Answers run-task as if the account had used up its rate. */
    record Throttled() implements OfTask {

        @Override
        public int afterFrames() {
            return BEFORE_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.fail(ProtocolException.throttled());
        }
    }

    /** Answers run-task with task-failed. */
    record FailAtRunTask(String code, String message) implements OfTask {

        public FailAtRunTask {
            require(code != null && message != null, "code and message must not be null");
        }

        /** The rate has risen too fast, whatever it is. Words of the vendor's list of errors. */
        public static FailAtRunTask burstRate() {
            return new FailAtRunTask("Throttling.BurstRate", "Request rate increased too quickly. To ensure system"
                    + " stability, please adjust your client logic to scale requests more smoothly over time.");
        }

        /** A quota is used up, which is not a matter of the rate. Words of the vendor's list of errors. */
        public static FailAtRunTask allocationQuota() {
            return new FailAtRunTask("Throttling.AllocationQuota",
                    "Allocated quota exceeded, please increase your quota limit.");
        }

        /** What the service sometimes reports for a voice instead of 418; the words after the number are not its own. */
        public static FailAtRunTask engineError() {
            return new FailAtRunTask("InvalidParameter", "[cosyvoice:]Engine error [411]: voice is not available.");
        }

        @Override
        public int afterFrames() {
            return BEFORE_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.fail(new ProtocolException(code, message));
        }
    }

    /** Never answers run-task. */
    record NoTaskStarted() implements OfTask {

        @Override
        public int afterFrames() {
            return BEFORE_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.halt();
        }
    }

    /** Sends task-started and nothing after it. */
    record Silence() implements OfTask {

        @Override
        public int afterFrames() {
            return AT_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.halt();
        }
    }

    /** Speaks nothing: task-started, then task-finished without audio or usage. */
    record EmptyTask() implements OfTask {

        @Override
        public int afterFrames() {
            return AT_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.mute();
        }
    }

    /** Sends task-failed instead of the first audio. */
    record FailBeforeAudio(String code, String message) implements OfTask {

        public FailBeforeAudio {
            require(code != null && message != null, "code and message must not be null");
        }

        @Override
        public int afterFrames() {
            return AT_START;
        }

        /** Later than right after task-started: it waits for the first frame to be ready. */
        @Override
        public boolean isDue(Moment moment, int framesSent) {
            return moment == Moment.FRAME || moment == Moment.FINISH;
        }

        @Override
        public void strike(FaultTarget task) {
            task.fail(new ProtocolException(code, message));
        }
    }

    /** Sends task-failed after this number of frames. */
    record FailAfterAudio(String code, String message, int afterFrames) implements OfTask {

        public FailAfterAudio {
            require(code != null && message != null, "code and message must not be null");
            requireFrames(afterFrames, 1);
        }

        @Override
        public void strike(FaultTarget task) {
            task.fail(new ProtocolException(code, message));
        }
    }

    /** Sends nothing more after this number of frames; 0 is right after task-started. */
    record Stall(int afterFrames) implements OfTask {

        public Stall {
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.halt();
        }
    }

    /** Closes the WebSocket after this number of frames; 0 is right after task-started. */
    record CloseFrame(int code, int afterFrames) implements OfTask {

        public CloseFrame {
            requireCloseCode(code);
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.close(code, "emulated");
        }
    }

    /**
     * Closes the WebSocket and gives the reason in words, after this number of frames; 0 is right after task-started, -1 in place
     * of it. The service does so with 1007, and sends no task-failed.
     */
    record CloseWithReason(int code, String reason, int afterFrames) implements OfTask {

        /** What fits into a close frame. */
        private static final int MAX_REASON_BYTES = 123;

        public CloseWithReason {
            requireCloseCode(code);
            require(reason != null && reason.getBytes(StandardCharsets.UTF_8).length <= MAX_REASON_BYTES,
                    "reason must have at most " + MAX_REASON_BYTES + " bytes");
            requireFrames(afterFrames, -1);
        }

        @Override
        public void strike(FaultTarget task) {
            task.close(code, reason);
        }
    }

    /** Ends the TCP connection, without a close frame, after this number of frames; 0 is right after task-started. */
    record Fin(int afterFrames) implements OfTask {

        public Fin {
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.cut(Cut.FIN);
        }
    }

    /** Resets the TCP connection after this number of frames; 0 is right after task-started. */
    record Rst(int afterFrames) implements OfTask {

        public Rst {
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.cut(Cut.RST);
        }
    }

    /** Sends all the audio and never task-finished. */
    record NoTaskFinished() implements OfTask {

        @Override
        public int afterFrames() {
            return AT_END;
        }

        @Override
        public void strike(FaultTarget task) {
            task.halt();
        }
    }

    /** Sends a binary frame after task-finished. */
    record LateFrame() implements OfTask {

        @Override
        public int afterFrames() {
            return AT_END;
        }

        @Override
        public void strike(FaultTarget task) {
            task.finish();
            task.sendAudio(Buffer.buffer(new byte[task.frameBytes()]));
        }
    }

    /** Sends an event of an unknown task after the first frame, then goes on. */
    record ForeignEvent() implements OfTask {

        @Override
        public int afterFrames() {
            return 1;
        }

        @Override
        public void strike(FaultTarget task) {
            task.send(Events.sentenceSynthesis(UUID.randomUUID().toString(), 0));
        }
    }

    /** Sends a text frame that is not JSON after the first frame, then goes on. */
    record Garbage() implements OfTask {

        @Override
        public int afterFrames() {
            return 1;
        }

        @Override
        public void strike(FaultTarget task) {
            task.sendText("{\"header\": garbage");
        }
    }

    /**
     * Sends this text frame, whatever it is, after this number of frames and goes on; 0 is right after task-started, -1 before
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
        public void strike(FaultTarget task) {
            task.sendText(text.replace(TASK_ID, task.taskId()));
        }
    }

    /** Sends an event of the task with a text of this size, after this number of frames, and goes on; 0 is right after task-started. */
    record LongMessage(int bytes, int afterFrames) implements OfTask {

        public LongMessage {
            require(bytes >= 0, "bytes must be 0 or more");
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.send(Events.sentenceEnd(task.taskId(), task.sentence(), "x".repeat(bytes), List.of(), 0,
                    new JsonObject()));
        }
    }

    /** Begins a binary message after this number of frames and never ends it, fragment by fragment; 0 is right after task-started. */
    record EndlessMessage(int afterFrames) implements OfTask {

        public EndlessMessage {
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            task.sendEndlessMessage();
        }
    }

    /** Sends binary frames without a byte in them, after this number of frames, and goes on; 0 is right after task-started. */
    record EmptyFrames(int count, int afterFrames) implements OfTask {

        public EmptyFrames {
            require(count > 0, "count must be positive");
            requireFrames(afterFrames, 0);
        }

        @Override
        public void strike(FaultTarget task) {
            for (int i = 0; i < count; i++) {
                task.sendAudio(Buffer.buffer());
            }
        }
    }

    /** Sends a binary frame that is not audio before task-started, and goes on. */
    record EarlyFrame(int bytes) implements OfTask {

        public EarlyFrame {
            require(bytes >= 0, "bytes must be 0 or more");
        }

        @Override
        public int afterFrames() {
            return BEFORE_START;
        }

        @Override
        public void strike(FaultTarget task) {
            task.sendAudio(Buffer.buffer(new byte[bytes]));
        }
    }

    private static void requireCloseCode(int code) {
        require(code == 1000 || code == 1001 || code == 1007 || code == 1011, "code must be 1000, 1001, 1007 or 1011");
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
