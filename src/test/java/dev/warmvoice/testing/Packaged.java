package dev.warmvoice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** The artifact of a build, and the command that runs it. */
public record Packaged(Path path, boolean isNative) {

    /** Finds the artifact of this build, or the file in the system property {@code packaged}. */
    public static Packaged here() throws IOException {
        String other = System.getProperty("packaged");
        if (other != null) {
            return at(other);
        }
        Properties built = new Properties();
        try (InputStream file = Files.newInputStream(Path.of("target", "quarkus-artifact.properties"))) {
            built.load(file);
        }
        return at(Path.of("target", built.getProperty("path")).toString());
    }

    public static Packaged at(String file) {
        return new Packaged(Path.of(file), !file.endsWith(".jar"));
    }

    /**
     * @param settings system properties
     * @param jvm options of the JVM; a binary gets only those that it supports
     */
    public List<String> command(Map<String, String> settings, String... jvm) {
        List<String> command = new ArrayList<>();
        if (isNative) {
            command.add(path.toString());
            Stream.of(jvm).filter(option -> option.startsWith("-Xmx") || option.equals(Artifact.PRINT_GC))
                    .forEach(command::add);
        } else {
            command.add(Jdk.tool("java"));
            command.addAll(List.of(jvm));
        }
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        if (!isNative) {
            command.addAll(List.of("-jar", path.toString()));
        }
        return command;
    }
}
