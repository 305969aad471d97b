package dev.warmvoice.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/**
 * Arguments as {@code --name=value}; durations are in milliseconds.
 *
 * @param options how the emulator behaves
 * @param parent the process that the emulator ends with, or empty
 */
record CommandLine(EmulatorOptions options, OptionalLong parent) {

    private static final String PARENT = "--parent";
    private static final Map<String, BiFunction<EmulatorOptions, String, EmulatorOptions>> OPTIONS = known();

    /** @throws IllegalArgumentException with a message for the user */
    static CommandLine parse(String... args) {
        EmulatorOptions options = EmulatorOptions.defaults();
        OptionalLong parent = OptionalLong.empty();
        for (String arg : args) {
            if (arg.startsWith(PARENT + "=")) {
                parent = OptionalLong.of(number(PARENT, arg.substring(PARENT.length() + 1)));
            } else {
                options = withOption(options, arg);
            }
        }
        return new CommandLine(options, parent);
    }
    private static EmulatorOptions withOption(EmulatorOptions options, String arg) {
        String[] parts = arg.split("=", 2);
        var option = OPTIONS.get(parts[0]);
        if (option == null || parts.length < 2) {
            throw new IllegalArgumentException("Unknown option " + arg + "; there are "
                    + String.join("=, ", OPTIONS.keySet()) + "= and " + PARENT + "=");
        }
        try {
            return option.apply(options, parts[1]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(parts[0] + " must be a number", e);
        }
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number", e);
        }
    }

    private static Map<String, BiFunction<EmulatorOptions, String, EmulatorOptions>> known() {
        var options = new LinkedHashMap<String, BiFunction<EmulatorOptions, String, EmulatorOptions>>();
        options.put("--port", (o, value) -> o.withPort(Integer.parseInt(value)));
        options.put("--api-key", EmulatorOptions::withApiKey);
        options.put("--rtf", (o, value) -> o.withRealTimeFactor(Double.parseDouble(value)));
        options.put("--start-delay", (o, value) -> o.withStartDelay(millis(value)));
        options.put("--first-audio-delay", (o, value) -> o.withFirstAudioDelay(millis(value)));
        options.put("--handshake-delay", (o, value) -> o.withHandshakeDelay(millis(value)));
        options.put("--frame-bytes", (o, value) -> o.withFrameBytes(Integer.parseInt(value)));
        options.put("--tasks-per-second", (o, value) -> o.withTasksPerSecond(Integer.parseInt(value)));
        options.put("--idle-close", (o, value) -> o.withIdleClose(millis(value)));
        options.put("--text-timeout", (o, value) -> o.withTextTimeout(millis(value)));
        options.put("--pings", (o, value) -> o.withPings(FaultJson.constant(Pings.class, "--pings", value)));
        options.put("--pem", (o, value) -> o.withCertificate(pem(value)));
        options.put("--pkcs12", (o, value) -> o.withCertificate(pkcs12(value)));
        return options;
    }

    private static Duration millis(String value) {
        return Duration.ofMillis(Long.parseLong(value));
    }

    /** Certificate and key, parted by a comma. */
    private static Certificate pem(String value) {
        String[] paths = value.split(",", 2);
        if (paths.length < 2) {
            throw new IllegalArgumentException("--pem must be certificate,key");
        }
        return Certificate.pem(Path.of(paths[0]), Path.of(paths[1]));
    }

    /** Store and password, parted by a comma. */
    private static Certificate pkcs12(String value) {
        String[] parts = value.split(",", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("--pkcs12 must be store,password");
        }
        return Certificate.pkcs12(Path.of(parts[0]), parts[1]);
    }
}
