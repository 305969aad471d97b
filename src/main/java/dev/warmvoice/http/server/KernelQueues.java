package dev.warmvoice.http.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the kernel holds of TCP connections, as Linux shows it in {@code /proc/net/tcp}. Blocks; thread-safe. */
final class KernelQueues {

    private static final List<String> TABLES = List.of("tcp", "tcp6");
    /** How Linux writes the first 96 bits of an IPv4 address that is mapped into IPv6. */
    private static final String MAPPED = HexAddress.of(new byte[]{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});

    private static final Pattern SPACES = Pattern.compile(" +");

    private final Path folder;

    /** @param folder where the tables are; where there are none, nothing is known of any connection */
    KernelQueues(Path folder) {
        this.folder = folder;
    }

    /** A connection, seen from our end of it. */
    public record Connection(String local, String remote) {

        /** Nothing is known of what is not TCP. */
        static Connection of(SocketAddress local, SocketAddress remote) {
            return local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there
                    ? new Connection(HexAddress.of(here), HexAddress.of(there))
                    : new Connection("", "");
        }

        private Connection reversed() {
            return new Connection(remote, local);
        }
    }

    /**
     * What the client has not taken of what was sent.
     *
     * @param bytes that its machine has not acknowledged and, if that is this machine, that it has not read
     * @param exact whether the client is on this machine, so that nothing else can wait for it
     */
    record Untaken(long bytes, boolean exact) {

        /** Of a connection of which nothing is known. */
        static final Untaken UNKNOWN = new Untaken(0, false);
    }

    /** What is known of these connections; a connection of which nothing is known is not in it. */
    public Map<Connection, Untaken> read(Set<Connection> wanted) {
        Set<Connection> clientEnds = wanted.stream().map(Connection::reversed).collect(Collectors.toSet());
        Map<Connection, Long> unacknowledged = new HashMap<>();
        Map<Connection, Long> unread = new HashMap<>();
        for (String table : TABLES) {
            try (BufferedReader lines = Files.newBufferedReader(folder.resolve(table), StandardCharsets.US_ASCII)) {
                lines.readLine();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] columns = SPACES.split(line.strip(), 6);
                    Connection connection = new Connection(unmapped(columns[1]), unmapped(columns[2]));
                    if (wanted.contains(connection)) {
                        unacknowledged.put(connection, Long.parseLong(columns[4], 0, 8, 16));
                    }
                    if (clientEnds.contains(connection)) {
                        unread.put(connection.reversed(), Long.parseLong(columns[4], 9, 17, 16));
                    }
                }
            } catch (IOException | RuntimeException notLinux) {
                // Of what is not there or reads otherwise nothing is known.
            }
        }
        Map<Connection, Untaken> untaken = new HashMap<>();
        unacknowledged.forEach((connection, bytes) -> untaken.put(connection,
                new Untaken(bytes + unread.getOrDefault(connection, 0L), unread.containsKey(connection))));
        return untaken;
    }

    private static String unmapped(String address) {
        return address.startsWith(MAPPED) && address.length() > MAPPED.length() + 8
                ? address.substring(MAPPED.length())
                : address;
    }

    /** Addresses as Linux writes them: in words of 32 bits, each in the machine's byte order. */
    private static final class HexAddress {

        static String of(InetSocketAddress address) {
            return of(address.getAddress().getAddress()) + String.format(":%04X", address.getPort());
        }

        static String of(byte[] bytes) {
            StringBuilder hex = new StringBuilder();
            for (ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()); words.hasRemaining();) {
                hex.append(String.format("%08X", words.getInt()));
            }
            return hex.toString();
        }
    }
}
