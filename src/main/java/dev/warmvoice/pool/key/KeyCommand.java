package dev.warmvoice.pool.key;

import dev.warmvoice.time.Heartbeat;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that prints the key. It is run without a shell, with nothing to read, and its error output is discarded,
 * since that may quote what the program works with.
 */
final class KeyCommand implements KeySource {

    /** How long the program may run. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final int LOOK_MILLIS = 10;
    private static final File NOTHING = new File("/dev/null");

    private final String setting;
    private final List<String> command;
    private final Duration limit;
    private final Heartbeat heartbeat;

    /**
     * @param setting names the program
     * @param command the program and its arguments, separated by white space
     * @param limit how long it may run; suspensions do not count
     */
    KeyCommand(String setting, String command, Duration limit, Heartbeat heartbeat) {
        this.setting = setting;
        this.command = List.of(command.strip().split("\\s+"));
        this.limit = limit;
        this.heartbeat = heartbeat;
    }

    /** The errors do not quote the command: secrets may be among its arguments. */
    @Override
    public ApiKey read() throws KeyUnavailableException {
        Process process = start();
        try {
            return new KeyText(setting, output(process)).key();
        } catch (IOException e) {
            throw new KeyUnavailableException(setting + " runs a program whose output cannot be read.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyUnavailableException(setting + " was interrupted.");
        } finally {
            kill(process);
        }
    }

    private Process start() throws KeyUnavailableException {
        try {
            return new ProcessBuilder(command).redirectInput(Redirect.from(NOTHING)).redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new KeyUnavailableException(setting + " names a program that cannot be run.");
        }
    }

    /** Never blocks on the pipe: a process that the program leaves behind may hold it open. */
    private byte[] output(Process process) throws IOException, InterruptedException, KeyUnavailableException {
        long since = heartbeat.running();
        InputStream pipe = process.getInputStream();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        boolean ended;
        do {
            ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            drain(pipe, output);
            if (!ended && heartbeat.left(limit, since).isNegative()) {
                throw new KeyUnavailableException(setting + " ran for more than " + limit.toSeconds() + " s.");
            }
        } while (!ended);
        if (process.exitValue() != 0) {
            throw new KeyUnavailableException(setting + " ended with exit code " + process.exitValue() + ".");
        }
        return output.toByteArray();
    }

    private void drain(InputStream pipe, ByteArrayOutputStream output)
            throws IOException, KeyUnavailableException {
        for (int ready = pipe.available(); ready > 0; ready = pipe.available()) {
            output.write(pipe.readNBytes(ready));
            if (output.size() > MAX_BYTES) {
                throw new KeyUnavailableException(setting + " prints more than " + MAX_BYTES + " bytes.");
            }
        }
    }

    /** The program, if it still runs, and what it has started. */
    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
