package dev.warmvoice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmvoice.emulator.Fault;
import dev.warmvoice.testing.NetworkFault;
import dev.warmvoice.testing.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultMatrixTest {

    @Test
    void documentationMatchesTheMatrix() throws IOException {
        Path written = Files.writeString(Path.of("target", "faults.md"), FaultMatrix.markdown());
        assertThat(Path.of("docs", "faults.md")).as("replace by " + written).hasSameTextualContentAs(written);
    }

    @Test
    void coversEveryFaultOfTheEmulator() {
        Set<Class<?>> tried = FaultMatrix.serviceFaults().stream().map(cell -> cell.fault().getClass())
                .collect(Collectors.toSet());
        assertThat(tried).containsExactlyInAnyOrderElementsOf(kinds(Fault.class).toList());
    }

    @Test
    void coversEveryNetworkFaultInEveryPhase() {
        assertThat(FaultMatrix.networkFaults().stream().map(cell -> cell.trouble() + " " + cell.phase()).distinct())
                .hasSize(NetworkFault.values().length * Phase.values().length);
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FaultMatrixTest::kinds)
                : Stream.of(type);
    }
}
