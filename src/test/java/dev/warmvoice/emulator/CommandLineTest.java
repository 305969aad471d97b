package dev.warmvoice.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

class CommandLineTest {

    @Test
    void everyOptionHasAName() {
        String[] args = {"--port=8123", "--api-key=k", "--rtf=0.2", "--start-delay=1", "--first-audio-delay=2",
                "--handshake-delay=3", "--frame-bytes=100", "--tasks-per-second=0", "--idle-close=4",
                "--text-timeout=5", "--pings=prolonging", "--pem=a.pem,b.pem"};
        assertThat(CommandLine.parse(args).options())
                .isEqualTo(new EmulatorOptions(8123, "k", 0.2, Duration.ofMillis(1),
                        Duration.ofMillis(2), Duration.ofMillis(3), 100, 0, Duration.ofMillis(4), Duration.ofMillis(5),
                        Pings.PROLONGING,
                        Certificate.pem(Path.of("a.pem"), Path.of("b.pem"))));
        assertThat(CommandLine.parse("--pkcs12=a.p12,secret").options().certificate())
                .isEqualTo(Certificate.pkcs12(Path.of("a.p12"), "secret"));
        assertThat(CommandLine.parse())
                .isEqualTo(new CommandLine(EmulatorOptions.defaults(), OptionalLong.empty()));
        assertThat(CommandLine.parse("--parent=17").parent()).hasValue(17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--ports=1", "--port", "--port=x", "--port=70000", "--rtf=-1", "--pings=x", "--pem=a",
            "--parent=x", "x"})
    void rejectsInvalidOptions(String arg) {
        assertThatIllegalArgumentException().isThrownBy(() -> CommandLine.parse(arg));
    }
}
