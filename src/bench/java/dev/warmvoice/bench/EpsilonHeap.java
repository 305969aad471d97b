package dev.warmvoice.bench;

import dev.warmvoice.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of a JVM with the Epsilon collector, which never collects: the used heap is the total allocation. */
final class EpsilonHeap {

    /** The JVM options. Thread-local buffers are small, since their free space counts as used. */
    static final String[] OPTIONS = {"-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC", "-Xmx6g", "-Xms6g",
            "-XX:EpsilonMaxTLABSize=16k", "-XX:-EpsilonElasticTLAB",
            "-XX:-EpsilonElasticTLABDecay", "-Xlog:disable"};

    /** The start of the heap and the end of its used part. */
    private static final Pattern USED = Pattern.compile("used \\[0x([0-9a-f]+), 0x([0-9a-f]+),");

    private EpsilonHeap() {
    }

    static long usedBytes(long pid) throws IOException {
        Process jcmd = new ProcessBuilder(Jdk.tool("jcmd"),
                Long.toString(pid), "GC.heap_info").redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher used = USED.matcher(said);
        if (!used.find()) {
            throw new IOException(said);
        }
        return Long.parseLong(used.group(2), 16) - Long.parseLong(used.group(1), 16);
    }
}
