package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmvoice.testing.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The binary's requirements on the dynamic loader of the hosts. */
class BinaryIT {

    /** The glibc minor version of Amazon Linux 2023; Debian 12 has 2.36. */
    private static final int NEWEST_MINOR = 34;
    private static final int SECTION_STRINGS = 3;
    private static final int DYNAMIC_SYMBOLS = 11;

    @Test
    void needsNoNewerGlibcThanTheHostsHave() throws IOException {
        assumeTrue(Artifact.isNative(), "a jar does not link to glibc");
        List<Integer> minors = Pattern.compile("GLIBC_2\\.(\\d+)").matcher(dynamicStrings(Artifact.path())).results()
                .map((MatchResult version) -> Integer.parseInt(version.group(1))).distinct().sorted().toList();
        assertThat(minors).as("required versions of glibc 2").isNotEmpty()
                .allMatch(minor -> minor <= NEWEST_MINOR);
    }

    /** The symbols linked at load time, with their versions: the string table of the dynamic symbols. */
    private static String dynamicStrings(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer elf = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            int sections = (int) elf.getLong(0x28);
            int size = elf.getShort(0x3A);
            int count = elf.getShort(0x3C);
            for (int section = sections; section < sections + count * size; section += size) {
                if (elf.getInt(section + 4) == DYNAMIC_SYMBOLS) {
                    int strings = sections + elf.getInt(section + 0x28) * size;
                    assertThat(elf.getInt(strings + 4)).isEqualTo(SECTION_STRINGS);
                    byte[] names = new byte[(int) elf.getLong(strings + 0x20)];
                    elf.get((int) elf.getLong(strings + 0x18), names);
                    return new String(names, StandardCharsets.US_ASCII);
                }
            }
        }
        throw new AssertionError("no dynamic symbols in " + file);
    }
}
