package dev.warmvoice.pool;

import com.alibaba.dashscope.audio.tts.SpeechSynthesisResult;
import com.alibaba.dashscope.audio.ttsv2.SpeechSynthesizer;
import com.alibaba.dashscope.common.ResultCallback;
import com.alibaba.dashscope.protocol.okhttp.OkHttpClientFactory;
import dev.warmvoice.dashscope.Task;
import dev.warmvoice.dashscope.TaskFailedException;
import dev.warmvoice.dashscope.TaskListener;
import dev.warmvoice.dashscope.TaskSpecs;
import dev.warmvoice.dashscope.Usage;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.naive.NaivePool;
import dev.warmvoice.pool.TestPool.Settings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import okhttp3.Dispatcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import static dev.warmvoice.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The six failures that the vendor's page on high concurrency lists, each reproduced with the plain pool of that page
 * and then shown not to occur in this pool.
 */
class VendorPoolFailuresTest {

    private static final String TEXT = "Good morning.";
    /** Adds network latency: the SDK loses a message that arrives between run-task and its start of listening. */
    private static final EmulatorOptions SERVICE = EmulatorOptions.defaults().withTasksPerSecond(0)
            .withStartDelay(Duration.ofMillis(50));

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @BeforeAll
    static void findTheVoice() throws Exception {
        // The voice is slow the first time, which would distort the comparison.
        try (Emulator emulator = Emulator.start(SERVICE)) {
            naive(emulator, 1, 1).speak(TEXT, Duration.ofSeconds(10));
        }
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    @Test
    void exception1ConnectionsKeepGrowing() throws Exception {
        try (Emulator emulator = Emulator.start(SERVICE)) {
            NaivePool naive = naive(emulator, 6, 2);
            List<Integer> open = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                emulator.faults().next(new Fault.FirstAudioDelay(Duration.ofMillis(150)), 6);
                atOnce(6, () -> naive.speak(TEXT, Duration.ofSeconds(10)));
                open.add(emulator.journal().connectionsOpen());
            }
            assertThat(open.get(2)).as("open after three rounds of six").isGreaterThan(10);
        }
        try (TestPool it = new TestPool(Settings.ofSize(6)).warm()) {
            for (int round = 0; round < 3; round++) {
                atOnce(6, () -> speak(it));
                it.borrow().discard("test");
                assertThat(it.emulator.journal().connectionsOpen()).isLessThanOrEqualTo(7);
            }
            await().until(() -> it.emulator.journal().connectionsOpen() == 6);
        }
    }

    @Test
    void exception2TaskTakesAMinuteLonger() throws Exception {
        Dispatcher dispatcher = OkHttpClientFactory.getOkHttpClient().dispatcher();
        int before = dispatcher.getMaxRequests();
        await().until(() -> dispatcher.runningCallsCount() == 0);
        dispatcher.setMaxRequests(2);
        Duration untilIdleClose = Duration.ofMillis(1500);
        try (Emulator emulator = Emulator.start(SERVICE.withIdleClose(untilIdleClose))) {
            NaivePool leaky = naive(emulator, 1, 0);
            leaky.speak(TEXT, Duration.ofSeconds(10));
            leaky.speak(TEXT, Duration.ofSeconds(10));
            assertThat(leaky.speak(TEXT, Duration.ofSeconds(10)))
                    .as("time to the first audio, after a wait for the service to close a connection")
                    .isGreaterThan(Duration.ofSeconds(1));
        } finally {
            dispatcher.setMaxRequests(before);
        }
        await().until(() -> dispatcher.runningCallsCount() == 0);
        dispatcher.setMaxRequests(3);
        try (TestPool it = new TestPool(Settings.ofSize(2)).warm()) {
            for (int i = 0; i < 6; i++) {
                it.borrow().discard("test");
                assertThat(speak(it)).isLessThan(Duration.ofSeconds(1));
            }
        } finally {
            dispatcher.setMaxRequests(before);
        }
    }

    @Test
    void exception3TheFirstTasksAreSlow() throws Exception {
        Duration handshake = Duration.ofMillis(300);
        try (Emulator emulator = Emulator.start(SERVICE.withHandshakeDelay(handshake))) {
            assertThat(naive(emulator, 1, 1).speak(TEXT, Duration.ofSeconds(10))).isGreaterThan(handshake);
        }
        try (TestPool it = new TestPool(Settings.ofSize(1), SERVICE.withHandshakeDelay(handshake)).warm()) {
            assertThat(speak(it)).isLessThan(handshake);
        }
    }

    @Test
    void exception4InvalidAction() throws Exception {
        try (Emulator emulator = Emulator.start(SERVICE)) {
            NaivePool naive = naive(emulator, 1, 1);
            SpeechSynthesizer failing = naive.borrow();
            failing.updateParamAndCallback(naive.parameters(), new Ignoring());
            failing.streamingCall("Something goes wrong before");
            await().until(() -> emulator.journal().tasksStarted() == 1);
            naive.giveBack(failing);
            // A failure before the SDK listens is lost: the client then gets a timeout, or no audio.
            assertThatThrownBy(() -> naive.speak(TEXT, Duration.ofSeconds(5))).isInstanceOfAny(
                    ExecutionException.class, TimeoutException.class, IllegalStateException.class);
            assertThat(emulator.journal().lastTask().errorCode()).isEqualTo("InvalidParameter");
        }
        try (TestPool it = new TestPool(Settings.ofSize(1)).warm()) {
            Lease failing = it.borrow();
            failing.connection().start(TaskSpecs.PLAIN, "Something goes wrong before", new Heard());
            failing.discard("test");
            assertThat(speak(it)).isPositive();
        }
    }

    @Test
    void exception5StormOfConnections() throws Exception {
        EmulatorOptions slow = SERVICE.withHandshakeDelay(Duration.ofMillis(200));
        try (Emulator emulator = Emulator.start(slow)) {
            NaivePool naive = naive(emulator, 12, 12);
            atOnce(12, () -> naive.speak(TEXT, Duration.ofSeconds(20)));
            assertThat(mostWithin(emulator, Duration.ofMillis(190))).isGreaterThan(6);
        }
        try (TestPool it = new TestPool(Settings.ofSize(12), slow)) {
            it.pool.start();
            atOnce(12, () -> speak(it));
            assertThat(mostWithin(it.emulator, Duration.ofMillis(190))).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void exception6EverythingSlowsDown() throws Exception {
        Duration pause = Duration.ofMillis(400);
        EmulatorOptions busy = SERVICE.withFirstAudioDelay(pause);
        try (Emulator emulator = Emulator.start(busy)) {
            NaivePool naive = naive(emulator, 2, 2);
            List<Duration> times = atOnce(8, () -> naive.speak(TEXT, Duration.ofSeconds(20)));
            assertThat(times.stream().max(Duration::compareTo)).hasValueSatisfying(
                    longest -> assertThat(longest).isGreaterThan(pause.multipliedBy(4)));
        }
        Settings bounded = Settings.ofSize(2).withAcquireTimeout(Duration.ofMillis(100));
        try (TestPool it = new TestPool(bounded, busy).warm()) {
            long begin = System.nanoTime();
            List<CompletableFuture<Duration>> answers = start(8, () -> speak(it));
            await().until(() -> it.pool.waiting() == 6);
            it.clocks.pass(Duration.ofMillis(100));
            int refused = 0;
            for (CompletableFuture<Duration> answer : answers) {
                try {
                    assertThat(answer.join()).isLessThan(pause.multipliedBy(2));
                } catch (CompletionException e) {
                    assertThat(e.getCause()).isInstanceOf(PoolExhaustedException.class);
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(6);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(pause.multipliedBy(3));
        }
    }

    private static NaivePool naive(Emulator emulator, int maxTotal, int maxIdle) {
        return new NaivePool(emulator.url(), EmulatorOptions.DEFAULT_API_KEY, maxTotal, maxIdle);
    }

    /** Borrows a connection, speaks and returns it; returns the time to the first audio, queueing included. */
    private static Duration speak(TestPool it) throws Exception {
        long begin = System.nanoTime();
        Lease lease = it.borrow();
        Heard heard = new Heard();
        Task task = lease.connection().start(TaskSpecs.PLAIN, TEXT, heard);
        heard.textWanted.get(10, TimeUnit.SECONDS);
        task.finishText();
        heard.end.get(10, TimeUnit.SECONDS);
        lease.finished();
        return Duration.ofNanos(heard.firstAudioNanos - begin);
    }

    private <T> List<T> atOnce(int count, Callable<T> work) {
        return start(count, work).stream().map(CompletableFuture::join).toList();
    }

    private <T> List<CompletableFuture<T>> start(int count, Callable<T> work) {
        return IntStream.range(0, count).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }, clients)).toList();
    }

    /** The max number of handshakes that began within one window. */
    private static int mostWithin(Emulator emulator, Duration time) {
        List<Long> began = emulator.journal().handshakes().stream().map(each -> each.nanos()).toList();
        return began.stream().mapToInt(from -> (int) began.stream()
                .filter(each -> each >= from && each - from < time.toNanos()).count()).max().orElse(0);
    }

    private static final class Ignoring extends ResultCallback<SpeechSynthesisResult> {

        @Override
        public void onEvent(SpeechSynthesisResult event) {
        }

        @Override
        public void onComplete() {
        }

        @Override
        public void onError(Exception e) {
        }
    }

    private static final class Heard implements TaskListener {

        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final CompletableFuture<Void> textWanted = new CompletableFuture<>();
        private volatile long firstAudioNanos;

        @Override
        public void onTextWanted() {
            textWanted.complete(null);
        }

        @Override
        public void onAudio(ByteBuffer frame) {
            if (firstAudioNanos == 0) {
                firstAudioNanos = System.nanoTime();
            }
        }

        @Override
        public void onFinished(Usage usage) {
            end.complete(null);
        }

        @Override
        public void onFailed(TaskFailedException failure) {
            end.completeExceptionally(failure);
        }
    }
}
