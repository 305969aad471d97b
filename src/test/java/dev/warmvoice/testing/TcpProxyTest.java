package dev.warmvoice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The effect of each network fault, and the exact frame at which it begins. */
class TcpProxyTest {

    private static final byte[] HEAD = "HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RUN_TASK = masked("{\"action\":\"run-task\"}");
    private static final byte[] FINISH_TASK = masked("{\"action\":\"finish-task\"}");
    private static final byte[] STARTED = frame(1, "{\"event\":\"task-started\"}".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] AUDIO = frame(2, new byte[300]);
    private static final byte[] FINISHED = frame(1,
            "{\"event\":\"task-finished\"}".getBytes(StandardCharsets.US_ASCII));
    private static final int A_WHILE = 200;

    private ServerSocket listener;
    private TcpProxy proxy;
    private Socket client;
    private Socket service;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy(listener.getLocalPort());
        connectOnce();
        exchangeHeads();
    }

    private void connectOnce() throws IOException {
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        service = listener.accept();
        client.setSoTimeout(10_000);
        service.setSoTimeout(10_000);
    }

    private void exchangeHeads() throws IOException {
        send(client, HEAD);
        assertArrives(HEAD, service);
        send(service, HEAD);
        assertArrives(HEAD, client);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        service.close();
        proxy.close();
        listener.close();
    }

    @Test
    void forwardsBytesUnchanged() throws IOException {
        runTask();
        for (byte[] each : new byte[][]{STARTED, AUDIO, frame(2, new byte[70_000]), frame(9, new byte[0]), FINISHED}) {
            send(service, each);
            assertArrives(each, client);
        }
        client.close();
        assertThat(service.getInputStream().read()).isNegative();
        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(proxy.tasks()).isEqualTo(1);
    }

    @Test
    void beginsBeforeRunTask() throws IOException {
        proxy.trouble(Phase.RUN_TASK, NetworkFault.RESET_PEER);
        send(client, RUN_TASK);
        assertIsReset(service);
        assertIsReset(client);
        assertThat(proxy.tasks()).as("run-tasks that reached the proxy").isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"FIRST_AUDIO", "MID_AUDIO", "TASK_FINISHED", "RETURN"})
    void beginsExactlyAtItsPhase(Phase phase) throws IOException {
        proxy.trouble(phase, NetworkFault.TIMEOUT_DOWN);
        runTask();
        byte[] eight = join(AUDIO, AUDIO, AUDIO, AUDIO, AUDIO, AUDIO, AUDIO, AUDIO);
        byte[] all = join(STARTED, eight, AUDIO, FINISHED, STARTED);
        send(service, all);
        byte[] before = switch (phase) {
            case FIRST_AUDIO -> STARTED;
            case MID_AUDIO -> join(STARTED, eight);
            case TASK_FINISHED -> join(STARTED, eight, AUDIO);
            default -> join(STARTED, eight, AUDIO, FINISHED);
        };
        assertArrives(before, client);
        assertSilent(client);
        assertThat(proxy.hasStruck()).isTrue();
        proxy.heal();
        assertArrives(Arrays.copyOfRange(all, before.length, all.length), client);
    }

    @Test
    void audioPhaseWaitsForTheText() throws IOException {
        proxy.trouble(Phase.FIRST_AUDIO, NetworkFault.TIMEOUT_UP);
        send(client, RUN_TASK);
        assertArrives(RUN_TASK, service);
        send(service, AUDIO);
        assertSilent(client);
        send(client, FINISH_TASK);
        assertArrives(FINISH_TASK, service);
        assertArrives(AUDIO, client);
        send(client, RUN_TASK);
        assertSilent(service);
    }

    @Test
    void latencyDelaysBytes() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.LATENCY);
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            send(service, AUDIO);
        }
        assertArrives(AUDIO, client);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        for (int i = 1; i < 20; i++) {
            assertArrives(AUDIO, client);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("delays do not add up")
                .isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void bandwidthLimitsTheSpeed() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.BANDWIDTH);
        byte[] slow = frame(2, new byte[8000]);
        long begin = System.nanoTime();
        send(service, slow);
        assertArrives(slow, client);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void slicerSendsSingleBytes() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.SLICER);
        byte[] frame = frame(2, new byte[8000]);
        send(service, frame);
        byte[] buffer = new byte[frame.length];
        assertThat(client.getInputStream().read(buffer)).isLessThan(frame.length);
    }

    @Test
    void blackHoleAffectsOneDirection() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.TIMEOUT_UP);
        send(client, RUN_TASK);
        assertSilent(service);
        send(service, AUDIO);
        assertArrives(AUDIO, client);
    }

    @Test
    void blackHoleHidesAClose() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.TIMEOUT);
        service.close();
        assertSilent(client);
        proxy.heal();
        assertThat(client.getInputStream().read()).isNegative();
    }

    @Test
    void closesTheServicesHalf() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.HALF_CLOSE_DOWN);
        assertThat(client.getInputStream().read()).isNegative();
        runTask();
    }

    @Test
    void closesTheClientsHalf() throws IOException {
        proxy.trouble(Phase.IDLE, NetworkFault.HALF_CLOSE_UP);
        assertThat(service.getInputStream().read()).isNegative();
        send(service, AUDIO);
        assertArrives(AUDIO, client);
    }

    @Test
    void handshakeFaultLastsUntilHealed() throws IOException {
        proxy.trouble(Phase.HANDSHAKE, NetworkFault.RESET_PEER);
        for (int i = 0; i < 2; i++) {
            connectOnce();
            assertIsReset(client);
        }
        proxy.heal();
        connectOnce();
        exchangeHeads();
        runTask();
    }

    @Test
    void taskFaultAffectsOneTask() throws IOException {
        proxy.trouble(Phase.RUN_TASK, NetworkFault.RESET_PEER);
        send(client, RUN_TASK);
        assertIsReset(client);
        connectOnce();
        exchangeHeads();
        runTask();
    }

    private void runTask() throws IOException {
        send(client, join(RUN_TASK, FINISH_TASK));
        assertArrives(join(RUN_TASK, FINISH_TASK), service);
    }

    private static void send(Socket from, byte[] bytes) throws IOException {
        from.getOutputStream().write(bytes);
    }

    private static void assertArrives(byte[] bytes, Socket at) throws IOException {
        assertThat(at.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    private static void assertSilent(Socket at) throws IOException {
        int before = at.getSoTimeout();
        at.setSoTimeout(A_WHILE);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        at.setSoTimeout(before);
    }

    private static void assertIsReset(Socket at) {
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    private static byte[] frame(int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (payload.length > 65_535) {
            frame.writeBytes(new byte[]{127, 0, 0, 0, 0, 0, (byte) (payload.length >> 16),
                    (byte) (payload.length >> 8), (byte) payload.length});
        } else if (payload.length > 125) {
            frame.writeBytes(new byte[]{126, (byte) (payload.length >> 8), (byte) payload.length});
        } else {
            frame.write(payload.length);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static byte[] masked(String text) {
        byte[] mask = {17, 34, 51, 68};
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return join(new byte[]{(byte) 0x81, (byte) (0x80 | payload.length)}, mask, payload);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
