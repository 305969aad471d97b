package dev.warmvoice.pool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

    private static final String SETTING = "warmvoice.dashscope.api-key-file";

    @TempDir
    Path folder;

    @Test
    void readsTheFileEachTime() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "sk-1\n");
        KeyFile source = new KeyFile(SETTING, file.toString());
        assertThat(source.read().value()).isEqualTo("sk-1");
        Files.writeString(file, "sk-2\n");
        assertThat(source.read().value()).isEqualTo("sk-2");
    }

    @Test
    void followsALink() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "sk-1\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThat(new KeyFile(SETTING, link.toString()).read().value()).isEqualTo("sk-1");
    }

    /** A pipe would block, and a device would never end. */
    @ParameterizedTest
    @ValueSource(strings = {"/no/such/file", "/tmp", "/dev/zero", "", "sk-\0"})
    void rejectsWhatIsNoFile(String path) {
        assertThatThrownBy(() -> new KeyFile(SETTING, path).read()).isInstanceOf(KeyUnavailableException.class)
                .message().startsWith("warmvoice.dashscope.api-key-file names ").doesNotContain("sk-");
    }

    @Test
    void rejectsAnEmptyFile() throws Exception {
        Path file = Files.createFile(folder.resolve("key"));
        assertThatThrownBy(() -> new KeyFile(SETTING, file.toString()).read())
                .hasMessage("warmvoice.dashscope.api-key-file gives an empty key.");
    }

    @Test
    void rejectsALongFile() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "k".repeat(16_385));
        assertThatThrownBy(() -> new KeyFile(SETTING, file.toString()).read())
                .hasMessage("warmvoice.dashscope.api-key-file names a file of more than 16384 bytes.");
    }
}
