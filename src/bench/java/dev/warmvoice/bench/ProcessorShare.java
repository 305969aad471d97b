package dev.warmvoice.bench;

import dev.warmvoice.testing.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fraction of a processor for processes, by the Linux kernel's own means: version 1 of its control groups. */
final class ProcessorShare implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup/cpu");
    /** As AWS Lambda has it: a process that has used up its share continues within 20 ms. */
    private static final int PERIOD_MICROS = 20_000;

    private final Path group;

    /** @param processors such as 0.29, which is what Lambda gives for 512 MB */
    ProcessorShare(double processors) throws IOException {
        group = Files.createDirectory(ROOT.resolve("warmvoice-" + System.nanoTime()));
        Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
        Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(Math.round(processors * PERIOD_MICROS)));
    }

    /** Whether this machine has what it takes, and this user the right to it. */
    static boolean isPossible() {
        return Files.isWritable(ROOT);
    }

    /** The same command, in the group from its first instruction on. */
    List<String> within(List<String> command) {
        List<String> limited = new ArrayList<>(
                List.of("sh", "-c", "echo $$ > " + group.resolve("tasks") + "; exec \"$@\"", "sh"));
        limited.addAll(command);
        return limited;
    }

    /** To be called when the last process has been told to end; waits for that. */
    @Override
    public void close() throws IOException {
        Waits.await().until(() -> Files.readString(group.resolve("tasks")).isBlank());
        Files.delete(group);
    }
}
