package dev.warmvoice.dashscope;

import com.alibaba.dashscope.protocol.ConnectionConfigurations;
import com.alibaba.dashscope.utils.Constants;
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

    /**
     * What the environment says, and 2 × {@code connections} + 8 where it is silent: replacements are opened before the
     * sockets they replace are gone.
     *
     * @param environment the process's environment
     * @param connections how many connections there will be at a time
     * @throws IllegalArgumentException with one sentence that names the variable, if it is not a number, or too small
     */
    public static ConnectionLimits of(Map<String, String> environment, int connections) {
        requirePort(environment);
        return new ConnectionLimits(limit(environment, "DASHSCOPE_CONNECTION_POOL_SIZE", connections),
                limit(environment, "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS", connections),
                limit(environment, "DASHSCOPE_MAXIMUM_ASYNC_REQUESTS_PER_HOST", connections));
    }

    /** The SDK reads the proxy from the environment too, and fails on it in a way that names nothing. */
    private static void requirePort(Map<String, String> environment) {
        String port = environment.get("DASHSCOPE_PROXY_PORT");
        if (port != null && !port.matches("[1-9]\\d{0,4}")) {
            throw new IllegalArgumentException("DASHSCOPE_PROXY_PORT must be a port number, but is \"" + port + "\".");
        }
    }

    private static int limit(Map<String, String> environment, String name, int connections) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            return 2 * connections + 8;
        }
        int limit;
        try {
            limit = Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number, but is \"" + value + "\".", e);
        }
        if (limit < connections) {
            throw new IllegalArgumentException(name + " is " + limit + " and must be at least the "
                    + connections + " connections of warmvoice.pool.size and warmvoice.pool.overflow.");
        }
        return limit;
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
