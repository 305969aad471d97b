package dev.warmvoice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Freezes a process as a serverless host does: with the kernel's control groups where this machine has them (version 1, and
 * root), so that the process cannot notice, and with SIGSTOP elsewhere.
 */
abstract sealed class Freezer {

    private static final Path ROOT = Path.of("/sys/fs/cgroup/freezer");

    /** The best that this machine has, for one process. */
    static Freezer of(Process process) {
        try {
            return new ControlGroup(process);
        } catch (IOException e) {
            return new Signals(process);
        }
    }

    /** Returns when no thread of the process runs any more. */
    abstract void freeze();

    abstract void thaw();

    /** To be called when the process has ended. */
    abstract void close();

    private static final class ControlGroup extends Freezer {

        private final Path group;
        private final Path state;

        ControlGroup(Process process) throws IOException {
            group = ROOT.resolve("warmvoice-" + process.pid() + "-" + System.nanoTime());
            state = group.resolve("freezer.state");
            if (!Files.isDirectory(ROOT)) {
                throw new IOException("there is no such control group");
            }
            Files.createDirectory(group);
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
        }

        @Override
        void freeze() {
            write("FROZEN");
            Waits.await().until(() -> Files.readString(state).strip().equals("FROZEN"));
        }

        @Override
        void thaw() {
            write("THAWED");
        }

        private void write(String wanted) {
            try {
                Files.writeString(state, wanted);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The kernel refuses it as long as something of the process is left; then the group stays, and does no harm. */
        @Override
        void close() {
            group.toFile().delete();
        }
    }

    private static final class Signals extends Freezer {

        private final Process process;

        Signals(Process process) {
            this.process = process;
        }

        @Override
        void freeze() {
            Artifact.signal(process, "STOP");
        }

        @Override
        void thaw() {
            Artifact.signal(process, "CONT");
        }

        @Override
        void close() {
            // Nothing is left of it.
        }
    }
}
