package dev.warmvoice.host;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the process runs. What follows from it is set in {@code application.properties}, in a profile for each host.
 */
public enum Host {

    /** Behind AWS Lambda's Runtime API, polled from in here: whole requests, whole answers, one at a time. */
    LAMBDA("AWS Lambda", "lambda"),
    /** Behind AWS Lambda's Runtime API, polled from in here: answers leave while they come, one at a time. */
    LAMBDA_STREAMING("AWS Lambda, with response streaming", "lambda-streaming"),
    /** The Lambda Web Adapter polls, and calls over HTTP. */
    LAMBDA_WEB_ADAPTER("AWS Lambda, behind the Web Adapter", "lambda-web-adapter"),
    /** A custom runtime of Alibaba Cloud's Function Compute: HTTP, and hooks. */
    FUNCTION_COMPUTE("Alibaba Cloud Function Compute", "function-compute"),
    /** A desk, a server, a container: HTTP. */
    LOCAL("a standalone machine", null);

    private static final String ADAPTER_PREFIX = "AWS_LWA_";
    private static final String ADAPTER_BOOTSTRAP = "/opt/bootstrap";

    /** The setting {@code warmvoice.lambda.invoke-mode}: on Lambda, settings are environment variables. */
    static final String INVOKE_MODE = "WARMVOICE_LAMBDA_INVOKE_MODE";
    private static final String INVOKE_MODE_STREAM = "response-stream";

    private final String description;
    private final @Nullable String profile;

    Host(String description, @Nullable String profile) {
        this.description = description;
        this.profile = profile;
    }

    /**
     * The host whose marks the environment bears; a variable that is empty counts for none. The Web Adapter comes first:
     * behind it the Runtime API's address is set too, but is the adapter's to poll.
     *
     * @param environment of the process
     */
    public static Host of(Map<String, String> environment) {
        if (environment.keySet().stream().anyMatch(name -> name.startsWith(ADAPTER_PREFIX) && has(environment, name))
                || ADAPTER_BOOTSTRAP.equals(environment.get("AWS_LAMBDA_EXEC_WRAPPER"))) {
            return LAMBDA_WEB_ADAPTER;
        }
        if (has(environment, "AWS_LAMBDA_RUNTIME_API")) {
            return INVOKE_MODE_STREAM.equals(skewered(environment.get(INVOKE_MODE))) ? LAMBDA_STREAMING : LAMBDA;
        }
        // The first by local tooling, the others by the platform.
        return has(environment, "FC_SERVER_PORT", "FC_FUNCTION_NAME", "FC_INSTANCE_ID", "FC_CUSTOM_LISTEN_PORT")
                ? FUNCTION_COMPUTE
                : LOCAL;
    }

    /** As the configuration reads the name of an enum constant. */
    private static @Nullable String skewered(@Nullable String value) {
        return value == null ? null : value.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean has(Map<String, String> environment, String... anyOf) {
        return Arrays.stream(anyOf).anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
    }

    /** The configuration profile that goes with it; empty for {@link #LOCAL}, which is what the defaults are for. */
    public Optional<String> profile() {
        return Optional.ofNullable(profile);
    }

    /** For people. */
    @Override
    public String toString() {
        return description;
    }
}
