package dev.warmvoice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a process listens, as Linux has it: the sockets it holds, and which of all sockets listen. */
final class ListeningPorts {

    private static final String LISTEN = "0A";

    private ListeningPorts() {
    }

    static Set<Integer> of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> held;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            held = descriptors.map(ListeningPorts::target).filter(name -> name.startsWith("socket:["))
                    .map(name -> name.replaceAll("\\D", "")).collect(Collectors.toSet());
        }
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
                String[] column = line.strip().split("\\s+");
                if (column[3].equals(LISTEN) && held.contains(column[9])) {
                    ports.add(Integer.parseInt(column[1].substring(column[1].indexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
