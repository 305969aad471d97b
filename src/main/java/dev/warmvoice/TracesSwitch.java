package dev.warmvoice;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Switches OpenTelemetry off unless there is an endpoint: its own default is on, with an endpoint on this machine. */
public final class TracesSwitch implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;
    private static final String SWITCH = "quarkus.otel.sdk.disabled";
    private static final String ENDPOINT = "warmvoice.traces.endpoint";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (!name.equals(SWITCH)) {
            return context.proceed(name);
        }
        ConfigValue endpoint = context.proceed(ENDPOINT);
        boolean isSet = endpoint != null && endpoint.getValue() != null && !endpoint.getValue().isEmpty();
        return ConfigValue.builder().withName(SWITCH).withValue(Boolean.toString(!isSet)).build();
    }
}
