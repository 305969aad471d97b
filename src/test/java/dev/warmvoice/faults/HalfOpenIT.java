package dev.warmvoice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.http.speech.SlowReaderDrill;
import dev.warmvoice.testing.Jdk;
import dev.warmvoice.testing.Nightly;
import dev.warmvoice.testing.OnBinary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Lost packets, half-open connections and remote clients: {@link HalfOpenDrill} and {@link SlowReaderDrill} in network
 * namespaces, where the machine allows them to an ordinary user. The machine's own network stays as it is.
 */
@EnabledOnOs(OS.LINUX)
@OnBinary
class HalfOpenIT {

    private static final String NAMESPACES = "ip link add here type veth peer name there"
            + " && ip link set here up && tc qdisc add dev here root blackhole && nsenter --version";

    @Test
    void recoversFromPacketLossAndHalfOpenConnections() throws Exception {
        run(HalfOpenDrill.class, "faults-half-open.txt");
    }

    /** Long enough for a few of the bursts in which buffers move. */
    @Test
    void clientsThatReadAtPlayingSpeedGetAllAudio() throws Exception {
        run(SlowReaderDrill.class, "slow-readers.txt", "300", "80");
    }

    @Test
    @Nightly
    void clientsThatReadAtPlayingSpeedForAQuarterOfAnHourGetAllAudio() throws Exception {
        run(SlowReaderDrill.class, "slow-readers-long.txt", "900", "900");
    }

    private static void run(Class<?> drill, String report, String... arguments) throws Exception {
        Output trial = unshared("sh", "-c", NAMESPACES);
        assumeTrue(trial.status == 0, () -> "no network namespaces on this machine: " + trial.text);
        Output output = unshared(Jdk.java(List.of(), drill, arguments).toArray(String[]::new));
        assertThat(output.status).as(output.text).isZero();
        Files.writeString(Path.of("target", report), output.text);
    }

    private record Output(int status, String text) {
    }

    private static Output unshared(String... command) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--net"));
        all.addAll(Arrays.asList(command));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            try {
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.waitFor(10, TimeUnit.SECONDS)
                        ? new Output(process.exitValue(), text)
                        : new Output(-1, text);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException noSuchCommand) {
            return new Output(-1, noSuchCommand.getMessage());
        }
    }
}
