package dev.warmvoice.dashscope;

import com.alibaba.dashscope.protocol.ConnectionConfigurations;
import com.alibaba.dashscope.utils.Constants;
import java.util.List;
import java.util.Map;

/**
 * How many connections the SDK may have at a time, under the vendor's own names.
 *
 * <p>
 * Only {@code DASHSCOPE_MAXIMUM_ASYNC_REQUESTS} bounds WebSockets: one over it waits in the SDK, silently, until
 * another closes. Hence all three are checked against the pool before they can do harm.
 *
 * @param connectionPoolSize {@code DASHSCOPE_CONNECTION_POOL_SIZE}
 * @param maximumAsyncRequests {@code DASHSCOPE_MAXIMUM_ASYNC_REQUESTS}
 * @param maximumAsyncRequestsPerHost {@code DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST}
 */
public record ConnectionLimits(int connectionPoolSize, int maximumAsyncRequests, int maximumAsyncRequestsPerHost) {

    private static final String PROXY_PORT = "DASHSCOPE_PROXY_PORT";
    private static final List<String> SECONDS = List.of("DASHSCOPE_CONNECTION_TIMEOUT", "DASHSCOPE_READ_TIMEOUT",
            "DASHSCOPE_WRITE_TIMEOUT", "DASHSCOPE_CONNECTION_IDLE_TIME");
    private static final int MAX_SECONDS = 3600;
    private static final int MAX_CONNECTIONS = 100_000;

    /**
     * What the environment says, and 2 × {@code connections} + 8 where it is silent: replacements are opened before the
     * sockets they replace are gone.
     *
     * @param environment the process's environment
     * @param connections how many connections there will be at a time
     * @throws IllegalArgumentException with one sentence that names the variable, if it is no whole number, or out of bounds
     */
    public static ConnectionLimits of(Map<String, String> environment, int connections) {
        requireWhatTheSdkReads(environment);
        return new ConnectionLimits(limit(environment, "DASHSCOPE_CONNECTION_POOL_SIZE", connections),
                limit(environment, "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", connections),
                limit(environment, "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST", connections));
    }

    /** The SDK reads these itself, and fails on them in a way that names nothing. */
    private static void requireWhatTheSdkReads(Map<String, String> environment) {
        if (environment.containsKey(PROXY_PORT)) {
            wholeNumber(PROXY_PORT, environment.get(PROXY_PORT), 65_535);
        }
        for (String name : SECONDS) {
            if (environment.containsKey(name)) {
                wholeNumber(name, environment.get(name), MAX_SECONDS);
            }
        }
    }

    private static int limit(Map<String, String> environment, String name, int connections) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            return 2 * connections + 8;
        }
        int limit = wholeNumber(name, value.strip(), MAX_CONNECTIONS);
        if (limit <= connections) {
            throw new IllegalArgumentException(name + " is " + limit + " and must be more than the " + connections
                    + " connections of warmvoice.pool.size and warmvoice.pool.overflow, since replacements are opened"
                    + " before old connections are closed.");
        }
        return limit;
    }

    private static int wholeNumber(String name, String value, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused like any other.
        }
        throw new IllegalArgumentException(
                name + " is \"" + value + "\" and must be a whole number from 1 to " + max + ".");
    }

    /** Must come before the SDK's first object: it reads the limits once. */
    void apply() {
        Constants.connectionConfigurations = ConnectionConfigurations.builder()
                .connectionPoolSize(connectionPoolSize)
                .maximumAsyncRequests(maximumAsyncRequests)
                .maximumAsyncRequestsPerHost(maximumAsyncRequestsPerHost)
                .build();
    }
}
