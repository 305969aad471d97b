package dev.warmvoice.pool;

import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpecs;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.emulator.Cancel;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.emulator.Journal;
import dev.warmvoice.pool.TestPool.Settings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/** The state of a connection after its task is stopped, over a real socket. */
@Timeout(60)
class TaskStopTest {

    private static final String LONG_TEXT = "It takes a while to say all of this. ".repeat(10);
    private static final EmulatorOptions SERVICE = EmulatorOptions.defaults().withTasksPerSecond(0)
            .withRealTimeFactor(0.1);

    @Test
    void nextTaskUsesTheSameConnection() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1), SERVICE).warm()) {
            Speaking first = new Speaking(it.borrow(), LONG_TEXT);
            await().until(() -> first.audio.size() > 0);
            first.stop();
            first.end.get(10, TimeUnit.SECONDS);
            Speaking second = new Speaking(it.borrow(), "Good morning.");
            second.wanted.get(10, TimeUnit.SECONDS);
            second.task.finishText();
            second.end.get(10, TimeUnit.SECONDS);
            assertThat(second.audio.toByteArray()).isEqualTo(Emulator.audioOf(it.emulator.journal().lastTask()));
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(1);
            assertThat(it.emulator.journal().tasksCancelled()).isEqualTo(1);
        }
    }

    @Test
    void stopAtAnyMomentKeepsTheConnection() throws Exception {
        Random random = new Random(1);
        try (TestPool it = new TestPool(Settings.ofSize(2), SERVICE.withStartDelay(Duration.ofMillis(3))).warm()) {
            for (int i = 0; i < 100; i++) {
                Speaking stopped = new Speaking(it.borrow(), LONG_TEXT);
                long until = System.nanoTime() + random.nextInt(20_000_000);
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                        .until(() -> System.nanoTime() > until);
                stopped.stop();
                stopped.end.get(10, TimeUnit.SECONDS);
                if (i % 10 == 0) {
                    Speaking whole = new Speaking(it.borrow(), "Good morning.");
                    whole.wanted.get(10, TimeUnit.SECONDS);
                    whole.task.finishText();
                    whole.end.get(10, TimeUnit.SECONDS);
                    Journal.Task spoken = it.emulator.journal().lastTask();
                    assertThat(whole.audio.toByteArray()).isEqualTo(Emulator.audioOf(spoken));
                }
            }
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(2);
        }
    }

    @Test
    void stopAfterTheEndLeavesNoMessageToTheNextTask() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1), SERVICE).warm()) {
            Speaking rehearsal = new Speaking(it.borrow(), "Good morning.");
            rehearsal.sayAll();
            Speaking stopped = new Speaking(it.borrow(), "Good morning.");
            stopped.stopAfter = rehearsal.messages.get();
            stopped.wanted.get(10, TimeUnit.SECONDS);
            stopped.task.finishText();
            // The task ends at once, before the service could close the connection.
            stopped.end.exceptionally(why -> null).get(10, TimeUnit.SECONDS);
            Speaking whole = new Speaking(it.borrow(), "Good evening.");
            whole.sayAll();
            assertThat(whole.audio.toByteArray()).isEqualTo(Emulator.audioOf(it.emulator.journal().lastTask()));
        }
    }

    @Test
    void ignoredStopClosesTheConnectionAndDropsAudio() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1), SERVICE.withRealTimeFactor(1)).warm()) {
            it.emulator.faults().always(new Fault.CancelAnswer(Cancel.AS_FINISH));
            Speaking first = new Speaking(it.borrow(), LONG_TEXT);
            await().until(() -> first.audio.size() > 0);
            first.stop();
            int heard = first.audio.size();
            it.clocks.pass(Stops.LIMIT);
            await().until(first.end::isDone);
            assertThat(first.end).isCompletedExceptionally();
            assertThat(first.audio.size()).isEqualTo(heard);
            Speaking second = new Speaking(it.borrow(), LONG_TEXT);
            await().until(() -> second.audio.size() > 0);
            second.stop();
            assertThat(second.end).as("the second stop does not wait").isCompletedExceptionally();
        }
    }

    @Test
    void pingProvesAConnectionAfterASuspension() throws Exception {
        try (TestPool it = new TestPool(Settings.ofSize(1), SERVICE).warm()) {
            it.clocks.pass(Duration.ofSeconds(10));
            it.pool.maintain();
            await().until(() -> {
                Lease lease = it.borrow();
                lease.unused();
                return !lease.isInDoubt();
            });
            assertThat(it.emulator.journal().handshakesAttempted()).isEqualTo(1);
        }
    }

    /** A task that records its audio and its end. */
    private static final class Speaking implements TaskListener {

        private final Lease lease;
        private final ByteArrayOutputStream audio = new ByteArrayOutputStream();
        private final CompletableFuture<Void> wanted = new CompletableFuture<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final Task task;
        private final AtomicInteger messages = new AtomicInteger();
        /** The number of the message after which the task is stopped; 0 for none. */
        private volatile int stopAfter;

        Speaking(Lease lease, String text) {
            this.lease = lease;
            this.task = lease.connection().start(TaskSpecs.PLAIN, text, this);
        }

        void sayAll() throws Exception {
            wanted.get(10, TimeUnit.SECONDS);
            task.finishText();
            end.get(10, TimeUnit.SECONDS);
        }

        /** Stops the task after the configured message. */
        @Override
        public boolean hasRoom() {
            if (messages.incrementAndGet() == stopAfter) {
                stop();
            }
            return true;
        }

        void stop() {
            lease.stop(task, true, "cancelled");
        }

        @Override
        public void onTextWanted() {
            wanted.complete(null);
        }

        @Override
        public void onAudio(ByteBuffer frame) {
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            audio.writeBytes(bytes);
        }

        @Override
        public void onFinished(Usage usage) {
            lease.finished();
            end.complete(null);
        }

        @Override
        public void onCancelled() {
            lease.finished();
            end.complete(null);
        }

        @Override
        public void onNotSent() {
            lease.unused();
            end.complete(null);
        }

        @Override
        public void onFailed(TaskFailedException failure) {
            lease.discard("failed");
            end.completeExceptionally(failure);
        }
    }
}
