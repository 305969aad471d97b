package dev.warmvoice.dashscope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.emulator.Cut;
import dev.warmvoice.emulator.Emulator;
import dev.warmvoice.emulator.EmulatorOptions;
import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.TcpSockets;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cleanup after a connection, however it ends. */
@EnabledOnOs(OS.LINUX)
class SdkConnectorTest {

    private static final int HANDSHAKES = 200;
    private static final int CONNECTIONS = 20;
    private static final int AT_HAND = 2;

    @Test
    void closesTheSocketOfARejectedHandshake() {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults())) {
            emulator.faults().always(new Fault.HandshakeStatus(503));
            CompletableFuture<Connection> refused = connector(emulator).connect();
            assertThatThrownBy(() -> refused.get(5, TimeUnit.SECONDS)).hasMessageContaining("HTTP 503");
            awaitNoSocket(emulator);
        }
    }

    @Test
    void closesTheSocketOfACancelledHandshake() {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults().withHandshakeDelay(Duration.ofMillis(1)))) {
            Connector connector = connector(emulator);
            List<WeakReference<Future<Connection>>> ended = new ArrayList<>();
            for (int handshake = 0; handshake < HANDSHAKES; handshake++) {
                CompletableFuture<Connection> cancelled = connector.connect();
                LockSupport.parkNanos(handshake * TimeUnit.MILLISECONDS.toNanos(4) / HANDSHAKES);
                if (!cancelled.cancel(false)) {
                    cancelled.join().cancel();
                }
                ended.add(new WeakReference<>(cancelled));
            }
            awaitNoSocket(emulator);
            awaitGarbage(ended);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Cut.class, names = "VANISH", mode = EnumSource.Mode.EXCLUDE)
    void releasesAConnectionThatTheServiceClosed(Cut how) {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults())) {
            Connector connector = connector(emulator);
            List<WeakReference<Connection>> closed = new ArrayList<>();
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                closed.add(new WeakReference<>(connector.connect().join()));
            }
            emulator.cutIdle(how);
            awaitNoSocket(emulator);
            awaitGarbage(closed);
        }
    }

    @Test
    void releasesACancelledConnection() {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults())) {
            Connector connector = connector(emulator);
            List<WeakReference<Connection>> cancelled = new ArrayList<>();
            for (int number = 0; number < CONNECTIONS; number++) {
                Connection connection = connector.connect().join();
                cancelled.add(new WeakReference<>(connection));
                connection.cancel();
            }
            awaitNoSocket(emulator);
            awaitGarbage(cancelled);
        }
    }

    @Test
    void sendsNothingOfATaskCancelledBeforeItsTurn() {
        try (Emulator emulator = Emulator.start(EmulatorOptions.defaults())) {
            Deque<Runnable> waiting = new ArrayDeque<>();
            Connection connection = connector(emulator, waiting::add).connect().join();
            NotSent listener = new NotSent();
            connection.start(TaskSpecs.PLAIN, "Good morning.", listener).cancel();
            waiting.remove().run();
            assertThat(listener.notSent).isTrue();
            connection.start(TaskSpecs.PLAIN, "Good evening.", new NotSent());
            CompletableFuture.runAsync(waiting.remove());
            await().untilAsserted(() -> assertThat(emulator.journal().tasks()).hasSize(1));
            connection.cancel();
        }
    }

    /** Tolerates the last few, which a thread may still reference. */
    private static <T> void awaitGarbage(List<WeakReference<T>> references) {
        await().untilAsserted(() -> {
            System.gc();
            assertThat(references.stream().filter(reference -> reference.get() != null).count())
                    .as("connections not collected").isLessThanOrEqualTo(AT_HAND);
        });
    }

    private static Connector connector(Emulator emulator) {
        return connector(emulator, Runnable::run);
    }

    private static Connector connector(Emulator emulator, Executor workers) {
        Endpoint endpoint = new Endpoint(emulator.url(), EmulatorOptions.DEFAULT_API_KEY, null);
        return new SdkConnector(endpoint, new ConnectionLimits(2000, 2000, 2000), Duration.ofSeconds(2), workers);
    }

    private static void awaitNoSocket(Emulator emulator) {
        await().atMost(Duration.ofSeconds(3)).untilAsserted(
                () -> assertThat(TcpSockets.connectionsTo(ProcessHandle.current().pid(), emulator.port())).isZero());
    }

    private static final class NotSent implements TaskListener {

        private boolean notSent;

        @Override
        public void onAudio(ByteBuffer frame) {
        }

        @Override
        public void onFinished(Usage usage) {
        }

        @Override
        public void onNotSent() {
            notSent = true;
        }

        @Override
        public void onFailed(TaskFailedException failure) {
        }
    }
}
