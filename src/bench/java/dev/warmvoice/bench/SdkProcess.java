package dev.warmvoice.bench;

import dev.warmvoice.testing.Jdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** {@link SdkAlone} in its own process. */
final class SdkProcess implements SystemUnderTest {

    private final Process process;
    private final PrintStream requests;
    private final BufferedReader answers;

    /** @param options the JVM options */
    SdkProcess(ServiceProcess service, int streams, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        List<String> command = Jdk.java(all, SdkAlone.class, service.url().toString(), ServiceProcess.API_KEY,
                Integer.toString(streams));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Override
    public void speak(String text, int times, byte[] expected) throws IOException {
        requests.println(times + " " + text);
        String answer = answers.readLine();
        CRC32 checksum = new CRC32();
        checksum.update(expected);
        String ought = expected.length + " " + checksum.getValue();
        if (!ought.equals(answer)) {
            throw new AssertionError("the SDK received " + answer + " instead of " + ought);
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
