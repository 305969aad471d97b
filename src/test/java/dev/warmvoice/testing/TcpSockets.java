package dev.warmvoice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The TCP sockets of a process, from {@code /proc}. */
public final class TcpSockets {

    private static final String LISTEN = "0A";
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private TcpSockets() {
    }

    /** The ports on which the process listens. */
    public static Set<Integer> listeningPorts(long pid) throws IOException {
        return held(pid).filter(socket -> socket[STATE].equals(LISTEN)).map(socket -> port(socket[LOCAL]))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The number of sockets connected to a port, in any state. */
    public static int connectionsTo(long pid, int port) throws IOException {
        return (int) held(pid).filter(socket -> port(socket[REMOTE]) == port).count();
    }

    private static Stream<String[]> held(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> inodes;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            inodes = descriptors.map(TcpSockets::target).filter(name -> name.startsWith("socket:["))
                    .map(name -> name.replaceAll("\\D", "")).collect(Collectors.toSet());
        }
        Stream.Builder<String[]> sockets = Stream.builder();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
                String[] column = line.strip().split("\\s+");
                if (inodes.contains(column[INODE])) {
                    sockets.add(column);
                }
            }
        }
        return sockets.build();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
