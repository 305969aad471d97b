package dev.warmvoice.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK that the tests run on, for processes of their own. */
public final class Jdk {

    private Jdk() {
    }

    /** Where one of its tools is. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /**
     * A class of the tests with everything on their class path.
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
