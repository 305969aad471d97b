package dev.warmvoice.pool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmvoice.testing.Waits;
import dev.warmvoice.time.Clocks;
import dev.warmvoice.time.Heartbeat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes. Each script is a file, since no shell reads the setting. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(20)
class KeyCommandTest {

    private static final String SETTING = "warmvoice.dashscope.api-key-command";

    @TempDir
    Path folder;

    @Test
    void runsTheProgramWithItsArguments() throws Exception {
        assertThat(read("echo {\"token\":\"st-$HOME\",\"expires_at\":7}")).isEqualTo(new ApiKey("st-$HOME",
                Instant.ofEpochSecond(7)));
    }

    @Test
    void readsNothingButItsOutput() throws Exception {
        assertThat(read(script("echo secret >&2; cat; echo sk-1")).value()).isEqualTo("sk-1");
    }

    @Test
    void killsAProgramThatRunsForTooLong() throws Exception {
        assertThatThrownBy(() -> read(script("echo secret; sleep 60 & echo $! >" + folder + "/child; sleep 60")))
                .hasMessage("warmvoice.dashscope.api-key-command ran for more than 1 s.");
        long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        Waits.await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** What the program leaves behind holds its output open. */
    @Test
    void doesNotWaitForWhatTheProgramLeavesBehind() throws Exception {
        assertThat(read(script("sleep 5 & echo sk-1")).value()).isEqualTo("sk-1");
    }

    @Test
    void stopsAProgramThatPrintsTooMuch() throws Exception {
        assertThatThrownBy(() -> read("yes secret"))
                .hasMessage("warmvoice.dashscope.api-key-command prints more than 16384 bytes.");
    }

    @Test
    void rejectsAFailure() throws Exception {
        assertThatThrownBy(() -> read(script("echo secret; exit 3")))
                .hasMessage("warmvoice.dashscope.api-key-command ended with exit code 3.");
    }

    @Test
    void doesNotQuoteAProgramThatIsNotThere() {
        assertThatThrownBy(() -> read("sk-secret"))
                .hasMessage("warmvoice.dashscope.api-key-command names a program that cannot be run.").hasNoCause();
    }

    @Test
    void rejectsAProgramThatPrintsNothing() {
        assertThatThrownBy(() -> read("true")).hasMessage("warmvoice.dashscope.api-key-command gives an empty key.");
    }

    private String script(String commands) throws Exception {
        Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + commands + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------")).toString();
    }

    private static ApiKey read(String command) throws KeyUnavailableException {
        return new KeyCommand(SETTING, command, Duration.ofSeconds(1),
                new Heartbeat(Clocks.SYSTEM, Duration.ofSeconds(2)))
                .read();
    }
}
