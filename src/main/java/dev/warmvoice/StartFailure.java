package dev.warmvoice;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Reports why the process could not start: one sentence per wrong setting, a stack trace for any other failure.
 */
final class StartFailure {

    private static final Logger LOG = Logger.getLogger(StartFailure.class);

    /** SmallRye keeps what it says of a setting as text only. These are its messages SRCFG00039, 40, 14 and 50. */
    private static final Pattern UNREADABLE = Pattern.compile(
            ".*The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);
    private static final Pattern EMPTY = Pattern
            .compile(".*The config property (\\S+) (?:is defined as the empty String|is required but).*",
                    Pattern.DOTALL);
    private static final Pattern UNKNOWN = Pattern.compile("SRCFG00050: (\\S+) in .* does not map to any root");

    private static final Pattern CHOICE = Pattern.compile(".*allowed values: (.*)");

    /** The vendor's variables that stand behind a setting whose value may be shown. */
    private static final Map<String, String> VARIABLES = Map.of("warmvoice.pool.size", "COSYVOICE_OBJECTPOOL_SIZE");

    private StartFailure() {
    }

    /** Reports the failure on standard error, or in the log if it is none that a user can cure by a setting. */
    static void report(Throwable failure) {
        Throwable cause = ExceptionUtil.getRootCause(failure);
        if (cause instanceof ConfigValidationException settings) {
            sentences(settings, System.getenv()).forEach(System.err::println);
        } else if (cause instanceof ConfigurationException || cause instanceof QuarkusBindException) {
            System.err.println(cause.getMessage());
        } else {
            LOG.error("The process could not start", failure);
        }
    }

    /**
     * One sentence for each setting that is wrong.
     *
     * @param environment of the process, to name the vendor's variable that a value came from
     */
    static List<String> sentences(ConfigValidationException settings, Map<String, String> environment) {
        return IntStream.range(0, settings.getProblemCount())
                .mapToObj(each -> sentence(settings.getProblem(each).getMessage()))
                .map(sentence -> withVariable(sentence.replaceAll("\\R", " "), environment))
                .distinct().toList();
    }

    private static String sentence(String problem) {
        Matcher unreadable = UNREADABLE.matcher(problem);
        if (unreadable.matches()) {
            String key = unreadable.group(1);
            // A value is shown only if it is known to be meant for a type that holds no secret.
            return kind(unreadable.group(3))
                    .map(kind -> key + " is \"" + unreadable.group(2) + "\" and must be " + kind)
                    .orElse(key + " has a value that cannot be read") + ".";
        }
        Matcher empty = EMPTY.matcher(problem);
        if (empty.matches()) {
            return empty.group(1) + " is empty and must have a value.";
        }
        Matcher unknown = UNKNOWN.matcher(problem);
        if (unknown.matches()) {
            return unknown.group(1) + " is not a setting.";
        }
        return problem;
    }

    private static Optional<String> kind(String reason) {
        Matcher choice = CHOICE.matcher(reason);
        if (choice.matches()) {
            return Optional.of("one of " + choice.group(1).replace(",", ", "));
        }
        if (reason.contains("Invalid duration")) {
            return Optional.of("a duration such as 500ms, 10s or 5m");
        }
        if (reason.contains("Expected an integer value")) {
            return Optional.of("a 32-bit integer");
        }
        return Optional.empty();
    }

    private static String withVariable(String sentence, Map<String, String> environment) {
        for (Map.Entry<String, String> each : VARIABLES.entrySet()) {
            String value = environment.get(each.getValue());
            if (value != null && sentence.replace("\"", "").startsWith(each.getKey() + " is " + value + " ")) {
                return sentence.replace(each.getKey(), each.getKey() + " (" + each.getValue() + ")");
            }
        }
        return sentence;
    }
}
