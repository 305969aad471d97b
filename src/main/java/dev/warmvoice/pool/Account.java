package dev.warmvoice.pool;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account and where it is used.
 *
 * @param name null if it has none, since it is the only one
 * @param config its key and its address
 * @param rate max tasks a second; empty for {@code warmvoice.rate.per-second}
 * @param models the only ones it serves; empty for all
 */
public record Account(@Nullable String name, AccountConfig config, OptionalInt rate, Set<String> models) {

    private static final Map<String, String> VARIABLES = Map.of("api-key", "DASHSCOPE_API_KEY", "url",
            "DASHSCOPE_WEBSOCKET_BASE_URL", "workspace", "DASHSCOPE_WORKSPACE_ID");

    static Account unnamed(DashscopeConfig config) {
        return new Account(null, config, OptionalInt.empty(), Set.of());
    }

    /** The full key of one of its settings. */
    public String setting(String key) {
        return (name == null ? "warmvoice.dashscope." : "warmvoice.upstreams." + name + ".") + key;
    }

    /** The same, with the vendor's variable if there is one. */
    String settingOrVariable(String key) {
        String variable = VARIABLES.get(key);
        return name == null && variable != null ? setting(key) + " (or " + variable + ")" : setting(key);
    }

    /** Leaves out the settings, which have the key: records are logged. */
    @Override
    public String toString() {
        return "Account[" + name + "]";
    }
}
