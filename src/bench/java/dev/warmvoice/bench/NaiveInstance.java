package dev.warmvoice.bench;

import dev.warmvoice.naive.NaiveProcess;
import dev.warmvoice.testing.Artifact;
import dev.warmvoice.testing.Jdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The SDK as its vendor documents it, in its own JVM. The JVM measures the times itself, so that they include only the
 * SDK.
 */
final class NaiveInstance implements Instance {

    private final Process process;
    private final BufferedReader answers;

    /**
     * Starts the process and waits until it accepts texts.
     *
     * @param poolSize the size of the pool; 0 for no pool
     */
    NaiveInstance(URI service, int poolSize) throws IOException {
        process = new ProcessBuilder(Jdk.java(List.of(), NaiveProcess.class, service.toString(),
                ServiceProcess.API_KEY, Integer.toString(poolSize))).redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String answer = answers.readLine();
        if (!NaiveProcess.READY.equals(answer)) {
            close();
            throw new IOException("The SDK's process does not start: " + answer);
        }
    }

    @Override
    public Heard speak(String text) throws IOException {
        process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String answer = answers.readLine();
        if (answer == null || answer.startsWith(NaiveProcess.FAILED)) {
            throw new IOException(answer);
        }
        String[] parts = answer.split(" ");
        return new Heard(Long.parseLong(parts[0]), Long.parseLong(parts[1]), new long[0],
                Base64.getDecoder().decode(parts[2]));
    }

    @Override
    public void freeze() {
        Artifact.signal(process, "STOP");
    }

    @Override
    public void thaw() {
        Artifact.signal(process, "CONT");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        answers.close();
    }
}
