package dev.warmvoice.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tools of the JDK that runs the tests, for child processes. */
public final class Jdk {

    private Jdk() {
    }

    /** The path of a JDK tool. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** The certificate authorities that it trusts. */
    public static Path cacerts() {
        return Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
    }

    /**
     * The command for a main class with the tests' class path.
     *
     * @param options of the JVM
     */
    public static List<String> java(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
