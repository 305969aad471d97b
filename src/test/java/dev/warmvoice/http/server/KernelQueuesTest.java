package dev.warmvoice.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static dev.warmvoice.testing.Waits.await;

import dev.warmvoice.http.server.KernelQueues.Connection;
import dev.warmvoice.http.server.KernelQueues.Untaken;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelQueuesTest {

    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    @EnabledOnOs(OS.LINUX)
    void countsUnreadBytesOfALocalClient(String address) throws Exception {
        KernelQueues queues = new KernelQueues(Path.of("/proc/self/net"));
        InetAddress loopback = InetAddress.getByName(address);
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort());
                Socket served = server.accept()) {
            Connection connection = Connection.of(served.getLocalSocketAddress(), served.getRemoteSocketAddress());
            assertThat(queues.read(Set.of(connection))).containsEntry(connection, new Untaken(0, true));
            served.getOutputStream().write(new byte[1000]);
            await().until(() -> queues.read(Set.of(connection)).get(connection).equals(new Untaken(1000, true)));
            client.getInputStream().readNBytes(400);
            assertThat(queues.read(Set.of(connection))).containsEntry(connection, new Untaken(600, true));
        }
    }

    @Test
    void countsUnacknowledgedBytesOfARemoteClient(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("tcp"),
                HEAD + "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:0\n");
        Files.writeString(folder.resolve("tcp6"), HEAD + "  12: 0000000000000000FFFF0000" + "0100C70A:1F90 "
                + "0000000000000000FFFF0000" + "0200C70A:C350 01 0000A000:00000005 01:00000014 00000000\n");
        Connection connection = new Connection("0100C70A:1F90", "0200C70A:C350");
        assertThat(new KernelQueues(folder).read(Set.of(connection))).containsEntry(connection,
                new Untaken(0xA000, false));
    }

    @Test
    void isUnknownWithoutKernelTables(@TempDir Path folder) {
        assertThat(new KernelQueues(folder).read(Set.of(new Connection("0100007F:1F90", "0100007F:C350")))).isEmpty();
    }
}
